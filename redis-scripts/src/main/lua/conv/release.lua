-- Gives convs back; nobody gets one before the quarantine is over.
--
-- KEYS   lease, convs          {node:<serverId>} · {node:<serverId>}:convs
-- ARGV   epoch, quarantineMs, sequence ...
-- reply  DONE | STALE
local lease, convs = KEYS[1], KEYS[2]
local epoch, quarantineMs = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

if redis.call('HGET', lease, 'epoch') ~= epoch then
  return {'STALE'}
end
for i = 3, #ARGV do
  redis.call('ZADD', convs, nowMs + quarantineMs, ARGV[i])
end
return {'DONE'}
