-- Lists the sessions of a room, whoever owns it.
--
-- KEYS   sessions              {room:<id>}:sessions (session id -> user)
-- ARGV   -
-- reply  MEMBERS sessionId ...
local sessions = KEYS[1]

local reply = redis.call('HKEYS', sessions)
table.insert(reply, 1, 'MEMBERS')
return reply
