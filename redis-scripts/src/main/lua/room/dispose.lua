-- Ends a room and its sessions. What stays for an hour is its generation, so that an owner that slept through it is fenced.
--
-- KEYS   room, state, sessions, then every session and outbox
--        {room:<id>} · {room:<id>}:state · {room:<id>}:sessions · {room:<id>}:s:<sessionId> · {room:<id>}:s:<sessionId>:o
-- ARGV   owner, epoch, generation
-- reply  DONE | FENCED owner epoch generation | FORGOTTEN
local room = KEYS[1]
local owner, epoch, generation = ARGV[1], ARGV[2], ARGV[3]
local generationStaysMs = 3600000

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'disposed')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[4] and held[3] == generation then
  return {'DONE'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
for from = 1, #KEYS, 256 do
  redis.call('UNLINK', unpack(KEYS, from, math.min(#KEYS, from + 255)))
end
redis.call('HSET', room, 'owner', 0, 'epoch', 0, 'generation', generation, 'disposed', 1)
redis.call('PEXPIRE', room, generationStaysMs)
return {'DONE'}
