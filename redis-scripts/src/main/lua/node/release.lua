-- Gives a server id back; nobody else gets it before the quarantine is over. The epoch stays, for the next holder to exceed.
--
-- KEYS   lease                 {node:<serverId>}
-- ARGV   epoch, quarantineMs
-- reply  RELEASED | LOST
local lease = KEYS[1]
local epoch, quarantineMs = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', lease, 'epoch', 'state')
if held[1] ~= epoch then
  return {'LOST'}
end
if held[2] ~= 'RELEASED' then
  redis.call('HSET', lease, 'state', 'RELEASED', 'untilMs', nowMs, 'freeAtMs', nowMs + quarantineMs)
end
return {'RELEASED'}
