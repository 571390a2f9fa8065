-- Puts a room back that Redis has forgotten, or of which it remembers an older generation.
--
-- KEYS   room, state, sessions {room:<id>} · {room:<id>}:state · {room:<id>}:sessions
-- ARGV   owner, epoch, generation, ttlMs, type, verifier, capacity, durability, started, hasSnapshot, snapshot
-- reply  DONE | FENCED owner epoch generation
local room, state, sessions = KEYS[1], KEYS[2], KEYS[3]
local owner, epoch, generation, ttlMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local kind, verifier, capacity, durability, started = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local hasSnapshot, snapshot = ARGV[10], ARGV[11]

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
local heldGeneration = tonumber(held[3] or 0)
local mine = held[1] == owner and held[2] == epoch and held[3] == generation
if heldGeneration >= tonumber(generation) and not mine then
  return {'FENCED', held[1], held[2], held[3]}
end

if not mine then
  redis.call('UNLINK', room, state, sessions)
end
redis.call('HSET', room, 'owner', owner, 'epoch', epoch, 'generation', generation, 'type', kind, 'verifier', verifier,
  'capacity', capacity, 'durability', durability, 'started', started)
if hasSnapshot == '1' then
  redis.call('SET', state, snapshot)
end
for _, key in ipairs({room, state, sessions}) do
  if redis.call('PTTL', key) < ttlMs then
    redis.call('PEXPIRE', key, ttlMs)
  end
end
return {'DONE'}
