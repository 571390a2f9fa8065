-- Takes a session out of its user's presence.
--
-- KEYS   user                  {user:<name>}: session id -> generation|untilMs|serverId|online|roomId
-- ARGV   sessionId, generation (of the room)
-- reply  DONE | STALE (a younger generation of the room has said otherwise)
local user = KEYS[1]
local sessionId, generation = ARGV[1], ARGV[2]

local stored = redis.call('HGET', user, sessionId)
if stored and tonumber(string.match(stored, '^%d+')) > tonumber(generation) then
  return {'STALE'}
end
redis.call('HDEL', user, sessionId)
return {'DONE'}
