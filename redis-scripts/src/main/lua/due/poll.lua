-- Hands out sessions that are due, for a while: what is not struck off by then is handed out again.
--
-- KEYS   due                   {due:<partition>} (sessionId roomId -> due at, ms)
-- ARGV   limit, retryMs
-- reply  DUE member ...
local due = KEYS[1]
local limit, retryMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local reply = redis.call('ZRANGEBYSCORE', due, '-inf', nowMs, 'LIMIT', 0, limit)
for _, member in ipairs(reply) do
  redis.call('ZADD', due, nowMs + retryMs, member)
end
table.insert(reply, 1, 'DUE')
return reply
