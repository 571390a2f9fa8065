-- Grants a server id to an instance, under a new epoch.
--
-- The id is free for anybody once its lease and the quarantine after it have run out; the instance that had it
-- last may have it back at once (a pod that restarts). The epoch grows for ever, even past a Redis that forgot it:
-- it is never smaller than the time of its birth.
--
-- KEYS   lease                 {node:<serverId>}
-- ARGV   instance, host, ports, ttlMs, quarantineMs
-- reply  GRANTED epoch | TAKEN freeInMs
local lease = KEYS[1]
local instance, host, ports, ttlMs, quarantineMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', lease, 'instance', 'epoch', 'freeAtMs')
local lastInstance, lastEpoch, freeAtMs = held[1], tonumber(held[2] or 0), tonumber(held[3] or 0)
if lastInstance and lastInstance ~= instance and nowMs < freeAtMs then
  return {'TAKEN', freeAtMs - nowMs}
end

local epoch = math.max(lastEpoch + 1, nowMs)
redis.call('HSET', lease, 'instance', instance, 'epoch', epoch, 'host', host, 'ports', ports, 'state', 'JOINING',
  'load', 0, 'untilMs', nowMs + ttlMs, 'freeAtMs', nowMs + ttlMs + quarantineMs)
return {'GRANTED', epoch}
