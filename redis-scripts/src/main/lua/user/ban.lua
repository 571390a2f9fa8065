-- Bans a user for a time, or lifts the ban.
--
-- KEYS   ban                   {user:<name>}:ban
-- ARGV   banMs (0: lift it), reason
-- reply  DONE
local ban = KEYS[1]
local banMs, reason = tonumber(ARGV[1]), ARGV[2]

if banMs > 0 then
  redis.call('SET', ban, reason, 'PX', banMs)
else
  redis.call('DEL', ban)
end
return {'DONE'}
