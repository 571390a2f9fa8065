-- Lets go of a room (drain): whoever claims it next goes on with it.
--
-- KEYS   room                  {room:<id>}
-- ARGV   owner, epoch, generation
-- reply  DONE | FENCED owner epoch generation | FORGOTTEN
local room = KEYS[1]
local owner, epoch, generation = ARGV[1], ARGV[2], ARGV[3]

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'disposed')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] == '0' and held[3] == generation and not held[4] then
  return {'DONE'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
redis.call('HSET', room, 'owner', 0, 'epoch', 0)
return {'DONE'}
