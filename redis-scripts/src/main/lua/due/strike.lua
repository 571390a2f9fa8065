-- Strikes a session off the list: it is over, and somebody has seen to that.
--
-- KEYS   due                   {due:<partition>} (sessionId roomId -> due at, ms)
-- ARGV   member
-- reply  DONE
local due = KEYS[1]
local member = ARGV[1]

redis.call('ZREM', due, member)
return {'DONE'}
