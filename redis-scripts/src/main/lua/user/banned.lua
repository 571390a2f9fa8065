-- Says whether a user is banned.
--
-- KEYS   ban                   {user:<name>}:ban
-- ARGV   -
-- reply  BANNED reason forMs | WELCOME
local ban = KEYS[1]

local reason = redis.call('GET', ban)
if reason then
  return {'BANNED', reason, redis.call('PTTL', ban)}
end
return {'WELCOME'}
