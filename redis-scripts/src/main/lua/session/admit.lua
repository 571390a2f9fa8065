-- Makes the record that lets a player return, when they join.
--
-- KEYS   room, state, sessions, session
--        {room:<id>} · {room:<id>}:state · {room:<id>}:sessions (session id -> user) · {room:<id>}:s:<sessionId>
-- ARGV   owner, epoch, generation, sessionId, user, player, tokenHash, conv, idleMs, absoluteMs (both from now)
-- reply  ADMITTED expiresInMs | REFUSED FULL | REFUSED EXISTS | FENCED owner epoch generation | FORGOTTEN
local room, state, sessions, session = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local owner, epoch, generation = ARGV[1], ARGV[2], ARGV[3]
local sessionId, user, player, tokenHash, conv = ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local idleMs, absoluteMs = tonumber(ARGV[9]), tonumber(ARGV[10])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local expiredStaysMs = 600000

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'capacity')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end
local stored = redis.call('HMGET', session, 'token', 'generation', 'absoluteMs', 'revoked')
if stored[1] == tokenHash and stored[2] == '1' and stored[4] == '' then
  local untilMs = math.min(nowMs + idleMs, tonumber(stored[3]))
  redis.call('HSET', session, 'conv', conv, 'away', '0', 'untilMs', untilMs)
  return {'ADMITTED', untilMs - nowMs}
end
if stored[1] then
  return {'REFUSED', 'EXISTS'}
end
local capacity = tonumber(held[4])
if capacity > 0 and redis.call('HLEN', sessions) >= capacity then
  return {'REFUSED', 'FULL'}
end

local expiresInMs = math.min(idleMs, absoluteMs)
redis.call('HSET', session, 'user', user, 'player', player, 'token', tokenHash, 'previous', '', 'attempt', '', 'generation', 1,
  'conv', conv, 'received', 0, 'sent', 0, 'acked', 0, 'away', '0', 'revoked', '', 'idleMs', idleMs, 'createdMs', nowMs,
  'untilMs', nowMs + expiresInMs, 'absoluteMs', nowMs + absoluteMs)
redis.call('HSET', sessions, sessionId, user)
redis.call('PEXPIREAT', session, nowMs + absoluteMs + expiredStaysMs)
for _, key in ipairs({room, state, sessions}) do
  if redis.call('PTTL', key) < absoluteMs + expiredStaysMs then
    redis.call('PEXPIRE', key, absoluteMs + expiredStaysMs)
  end
end
return {'ADMITTED', expiresInMs}
