-- Redeems a reconnect token: single use, rotating, and the same answer again for the same attempt.
--
-- Everything is checked before anything is changed. Who holds neither the current nor the previous token changes nothing.
--
-- KEYS   room, session, outbox {room:<id>} · {room:<id>}:s:<sessionId> · {room:<id>}:s:<sessionId>:o
-- ARGV   owner, epoch, generation, user, presentedHash, nextHash, attempt, conv, clientGeneration, clientReceived, idleMs
-- reply  ROTATED|REPEATED sessionGeneration received sent acked player previousConv expiresInMs
--      | REUSED (the session's tokens are revoked) | REVOKED reason | INVALID | WRONG_USER | EXPIRED
--      | LOST storedGeneration | FENCED owner epoch generation | FORGOTTEN
local room, session, outbox = KEYS[1], KEYS[2], KEYS[3]
local owner, epoch, generation, user = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local presentedHash, nextHash, attempt, conv = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local clientGeneration, clientReceived, idleMs = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end

local stored = redis.call('HMGET', session, 'token', 'previous', 'attempt', 'user', 'revoked', 'untilMs', 'absoluteMs', 'generation',
  'received', 'sent', 'acked', 'player', 'conv')
local token, previous, lastAttempt, storedUser, revoked = stored[1], stored[2], stored[3], stored[4], stored[5]
if not token then
  return {'INVALID'}
end
local untilMs, absoluteMs, storedGeneration = tonumber(stored[6]), tonumber(stored[7]), tonumber(stored[8])
local received, sent, acked = tonumber(stored[9]), tonumber(stored[10]), tonumber(stored[11])
local player, previousConv = stored[12], stored[13]

if presentedHash ~= token and presentedHash ~= previous then
  if clientGeneration > storedGeneration then
    return {'LOST', storedGeneration}
  end
  return {'INVALID'}
end
if storedUser ~= user then
  return {'WRONG_USER'}
end
if revoked ~= '' then
  return {'REVOKED', revoked}
end
local repeated = presentedHash == previous
if repeated and (attempt ~= lastAttempt or nextHash ~= token) then
  redis.call('HSET', session, 'revoked', 'reuse')
  return {'REUSED'}
end
if nowMs > untilMs then
  return {'EXPIRED'}
end

local expiresInMs = math.min(idleMs, absoluteMs - nowMs)
if not repeated then
  storedGeneration = storedGeneration + 1
  redis.call('HSET', session, 'token', nextHash, 'previous', presentedHash, 'attempt', attempt, 'generation', storedGeneration)
end
local seen = math.min(clientReceived, sent)
if seen > acked then
  local length = redis.call('LLEN', outbox)
  local trim = math.min(length, seen - (sent - length))
  if trim > 0 then
    redis.call('LTRIM', outbox, trim, -1)
  end
  acked = seen
end
redis.call('HSET', session, 'conv', conv, 'away', '0', 'acked', acked, 'idleMs', idleMs, 'untilMs', nowMs + expiresInMs)
return {repeated and 'REPEATED' or 'ROTATED', storedGeneration, received, sent, acked, player, previousConv, expiresInMs}
