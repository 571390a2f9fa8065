-- Says where a user's session is: one entry of the user's presence. What has run out is swept up.
--
-- KEYS   user                  {user:<name>}: session id -> generation|untilMs|serverId|online|roomId
-- ARGV   sessionId, generation (of the room), ttlMs, serverId, online, roomId
-- reply  DONE | STALE (a younger generation of the room has said otherwise)
local user = KEYS[1]
local sessionId, generation, ttlMs, serverId, online, roomId = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local entries = redis.call('HGETALL', user)
for i = 1, #entries, 2 do
  local storedGeneration, untilMs = string.match(entries[i + 1], '^(%d+)|(%d+)|')
  if tonumber(untilMs) <= nowMs then
    redis.call('HDEL', user, entries[i])
  elseif entries[i] == sessionId and tonumber(storedGeneration) > tonumber(generation) then
    return {'STALE'}
  end
end
redis.call('HSET', user, sessionId, string.format('%s|%.0f|%s|%s|', generation, nowMs + ttlMs, serverId, online) .. roomId)
if redis.call('PTTL', user) < ttlMs then
  redis.call('PEXPIRE', user, ttlMs)
end
return {'DONE'}
