-- Makes a session's tokens worthless; the record stays, for its owner to end. Needs no fence: it can only take away.
--
-- KEYS   session               {room:<id>}:s:<sessionId>
-- ARGV   reason (not empty)
-- reply  REVOKED | UNKNOWN
local session = KEYS[1]
local reason = ARGV[1]

local revoked = redis.call('HGET', session, 'revoked')
if not revoked then
  return {'UNKNOWN'}
end
if revoked == '' then
  redis.call('HSET', session, 'revoked', reason)
end
return {'REVOKED'}
