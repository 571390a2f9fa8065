-- Keeps a lease, and writes it back where Redis has forgotten it or remembers an older one.
--
-- A lease that ran out but was given to nobody is renewed: Redis itself may have been away for longer than the TTL.
--
-- KEYS   lease                 {node:<serverId>}
-- ARGV   epoch, instance, host, ports, state, load, ttlMs, quarantineMs
-- reply  RENEWED | RESTORED | LOST epoch
local lease = KEYS[1]
local epoch, instance, host, ports, state, load = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ttlMs, quarantineMs = tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', lease, 'epoch', 'state')
local storedEpoch, storedState = tonumber(held[1] or 0), held[2]
if storedEpoch > tonumber(epoch) or (storedEpoch == tonumber(epoch) and storedState == 'RELEASED') then
  return {'LOST', storedEpoch}
end

redis.call('HSET', lease, 'instance', instance, 'epoch', epoch, 'host', host, 'ports', ports, 'state', state,
  'load', load, 'untilMs', nowMs + ttlMs, 'freeAtMs', nowMs + ttlMs + quarantineMs)
if storedEpoch < tonumber(epoch) then
  return {'RESTORED'}
end
return {'RENEWED'}
