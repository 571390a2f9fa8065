-- Reads what the owner needs to go on with a room, but for the sessions' own records.
--
-- KEYS   room, state, sessions {room:<id>} · {room:<id>}:state · {room:<id>}:sessions (session id -> user)
-- ARGV   owner, epoch, generation
-- reply  ROOM type verifier capacity durability started snapshot|false {sessionId ...}
--      | FENCED owner epoch generation | FORGOTTEN
local room, state, sessions = KEYS[1], KEYS[2], KEYS[3]
local owner, epoch, generation = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'type', 'verifier', 'capacity', 'durability', 'started')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
return {'ROOM', held[4], held[5], held[6], held[7], held[8], redis.call('GET', state), redis.call('HKEYS', sessions)}
