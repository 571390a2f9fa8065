-- Takes a room that nobody owns: makes it, or takes up one that its owner has released. Leaves an owned room alone. Without a
-- type it makes none: who comes back must not create what is gone.
--
-- A generation is never smaller than the time of its birth, so it grows across disposal and a Redis that forgot.
--
-- KEYS   room, state, sessions {room:<id>} · {room:<id>}:state · {room:<id>}:sessions
-- ARGV   owner, epoch, ttlMs, type, verifier, capacity, durability
-- reply  CREATED generation | MINE generation | ABSENT
--      | OWNED owner epoch generation type {sessionId ...} (what a takeover needs to know; no ids of a crowd)
--      | LOADED generation type verifier capacity durability started snapshot|false {sessionId ...}
local room, state, sessions = KEYS[1], KEYS[2], KEYS[3]
local owner, epoch, ttlMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local kind, verifier, capacity, durability = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local crowd = 256

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'disposed', 'type')
local heldOwner, heldEpoch, generation, disposed = held[1], held[2], tonumber(held[3] or 0), held[4]
if heldOwner == owner and heldEpoch == epoch and not disposed then
  return {'MINE', generation}
end
if heldOwner and heldOwner ~= '0' and not disposed then
  local members = redis.call('HLEN', sessions) <= crowd and redis.call('HKEYS', sessions) or {}
  return {'OWNED', heldOwner, heldEpoch, generation, held[5], members}
end

generation = math.max(generation + 1, nowMs)
if heldOwner and not disposed then
  redis.call('HSET', room, 'owner', owner, 'epoch', epoch, 'generation', generation)
  for _, key in ipairs(KEYS) do
    if redis.call('PTTL', key) < ttlMs then
      redis.call('PEXPIRE', key, ttlMs)
    end
  end
  local known = redis.call('HMGET', room, 'type', 'verifier', 'capacity', 'durability', 'started')
  return {'LOADED', generation, known[1], known[2], known[3], known[4], known[5], redis.call('GET', state), redis.call('HKEYS', sessions)}
end

if kind == '' then
  return {'ABSENT'}
end
redis.call('UNLINK', room, state, sessions)
redis.call('HSET', room, 'owner', owner, 'epoch', epoch, 'generation', generation, 'type', kind, 'verifier', verifier,
  'capacity', capacity, 'durability', durability, 'started', '0')
redis.call('PEXPIRE', room, ttlMs)
return {'CREATED', generation}
