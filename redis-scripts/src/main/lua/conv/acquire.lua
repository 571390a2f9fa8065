-- Leases free conv sequence numbers of a server id's segment, from behind the high-water mark on.
--
-- Looks at a bounded number of candidates, so a reply may hold fewer than asked for, even none; the mark has moved
-- on and the next call looks further. A Redis that has lost the mark starts at a place made from its clock.
--
-- KEYS   lease, convs, cursor  {node:<serverId>} · {node:<serverId>}:convs (sequence -> free again at, ms) · {node:<serverId>}:cursor
-- ARGV   epoch, count, leaseMs, space (how many sequence numbers there are), looks (candidates per call)
-- reply  GRANTED sequence ... | FULL | STALE
local lease, convs, cursor = KEYS[1], KEYS[2], KEYS[3]
local epoch, count, leaseMs, space, looks = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

if redis.call('HGET', lease, 'epoch') ~= epoch then
  return {'STALE'}
end
local over = redis.call('ZRANGEBYSCORE', convs, '-inf', nowMs, 'LIMIT', 0, 256)
if #over > 0 then
  redis.call('ZREM', convs, unpack(over))
end
if redis.call('ZCOUNT', convs, string.format('(%.0f', nowMs), '+inf') >= space then
  return {'FULL'}
end

local sequence = tonumber(redis.call('GET', cursor) or nowMs * 7919 % space)
local reply = {'GRANTED'}
local look = 0
while look < looks and look < space and #reply <= count do
  sequence = (sequence + 1) % space
  look = look + 1
  local freeAtMs = redis.call('ZSCORE', convs, sequence)
  if not freeAtMs or tonumber(freeAtMs) <= nowMs then
    redis.call('ZADD', convs, nowMs + leaseMs, sequence)
    reply[#reply + 1] = sequence
  end
end
redis.call('SET', cursor, sequence)
return reply
