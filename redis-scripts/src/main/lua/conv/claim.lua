-- Leases one sequence number of a server id's segment that a client has proposed, if nobody has it or has had it lately.
--
-- KEYS   lease, convs          {node:<serverId>} · {node:<serverId>}:convs (sequence -> free again at, ms)
-- ARGV   epoch, sequence, leaseMs
-- reply  DONE | HELD | STALE
local lease, convs = KEYS[1], KEYS[2]
local epoch, sequence, leaseMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

if redis.call('HGET', lease, 'epoch') ~= epoch then
  return {'STALE'}
end
local freeAtMs = redis.call('ZSCORE', convs, sequence)
if freeAtMs and tonumber(freeAtMs) > nowMs then
  return {'HELD'}
end
redis.call('ZADD', convs, nowMs + leaseMs, sequence)
return {'DONE'}
