-- Notes when somebody must look whether a session is over. A session has one such time: the last one said.
--
-- KEYS   due                   {due:<partition>} (sessionId roomId -> due at, ms)
-- ARGV   member, inMs
-- reply  DONE
local due = KEYS[1]
local member, inMs = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call('ZADD', due, nowMs + inMs, member)
return {'DONE'}
