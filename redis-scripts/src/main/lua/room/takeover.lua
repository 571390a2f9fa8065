-- Takes a room from an owner whose lease has gone: compare and set. Whether it has gone is for the caller to look up first.
--
-- KEYS   room, state, sessions {room:<id>} · {room:<id>}:state · {room:<id>}:sessions
-- ARGV   expectedOwner, expectedEpoch, expectedGeneration, owner, epoch, ttlMs
-- reply  TAKEN generation type verifier capacity durability started snapshot|false {sessionId ...}
--      | CHANGED owner epoch generation (0 0 0: no such room)
local room, state, sessions = KEYS[1], KEYS[2], KEYS[3]
local expectedOwner, expectedEpoch, expectedGeneration = ARGV[1], ARGV[2], ARGV[3]
local owner, epoch, ttlMs = ARGV[4], ARGV[5], tonumber(ARGV[6])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'disposed', 'takenFrom')
local heldOwner, heldEpoch, heldGeneration, disposed, takenFrom = held[1], held[2], held[3], held[4], held[5]
if not heldOwner or disposed then
  return {'CHANGED', 0, 0, 0}
end
local generation = tonumber(heldGeneration)
local taken = heldOwner == owner and heldEpoch == epoch and takenFrom == expectedGeneration
if not taken then
  if heldOwner ~= expectedOwner or heldEpoch ~= expectedEpoch or heldGeneration ~= expectedGeneration then
    return {'CHANGED', heldOwner, heldEpoch, heldGeneration}
  end
  generation = math.max(generation + 1, nowMs)
  redis.call('HSET', room, 'owner', owner, 'epoch', epoch, 'generation', generation, 'takenFrom', heldGeneration)
end
for _, key in ipairs({room, state, sessions}) do
  if redis.call('PTTL', key) < ttlMs then
    redis.call('PEXPIRE', key, ttlMs)
  end
end
local known = redis.call('HMGET', room, 'type', 'verifier', 'capacity', 'durability', 'started')
return {'TAKEN', generation, known[1], known[2], known[3], known[4], known[5], redis.call('GET', state), redis.call('HKEYS', sessions)}
