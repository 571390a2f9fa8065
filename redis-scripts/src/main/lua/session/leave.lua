-- Ends a session: its record, its outbox and every token of it.
--
-- KEYS   room, sessions, session, outbox
--        {room:<id>} · {room:<id>}:sessions · {room:<id>}:s:<sessionId> · {room:<id>}:s:<sessionId>:o
-- ARGV   owner, epoch, generation, sessionId
-- reply  DONE | UNKNOWN | FENCED owner epoch generation | FORGOTTEN
local room, sessions, session, outbox = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local owner, epoch, generation, sessionId = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
redis.call('HDEL', sessions, sessionId)
if redis.call('UNLINK', session, outbox) == 0 then
  return {'UNKNOWN'}
end
return {'DONE'}
