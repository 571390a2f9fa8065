-- Lists where a user is.
--
-- KEYS   user                  {user:<name>}: session id -> generation|untilMs|serverId|online|roomId
-- ARGV   -
-- reply  ENTRIES {sessionId, ttlMs, serverId, online, roomId} ...
local user = KEYS[1]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local entries = redis.call('HGETALL', user)
local reply = {'ENTRIES'}
for i = 1, #entries, 2 do
  local untilMs, serverId, online, roomId = string.match(entries[i + 1], '^%d+|(%d+)|(%d+)|(%d)|(.*)$')
  if tonumber(untilMs) > nowMs then
    reply[#reply + 1] = {entries[i], tonumber(untilMs) - nowMs, serverId, online, roomId}
  end
end
return reply
