-- Starts the reconnect window of a session whose client has gone silent.
--
-- KEYS   room, session         {room:<id>} · {room:<id>}:s:<sessionId>
-- ARGV   owner, epoch, generation, windowMs
-- reply  DONE expiresInMs | UNKNOWN | FENCED owner epoch generation | FORGOTTEN
local room, session = KEYS[1], KEYS[2]
local owner, epoch, generation, windowMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
local stored = redis.call('HMGET', session, 'away', 'untilMs', 'absoluteMs')
if not stored[1] then
  return {'UNKNOWN'}
end
local untilMs = tonumber(stored[2])
if stored[1] ~= '1' then
  untilMs = math.min(nowMs + windowMs, tonumber(stored[3]))
  redis.call('HSET', session, 'away', '1', 'untilMs', untilMs)
end
return {'DONE', untilMs - nowMs}
