-- Puts a session back as its owner holds it, whatever Redis remembers of it.
--
-- KEYS   room, state, sessions, session, outbox
--        {room:<id>} · {room:<id>}:state · {room:<id>}:sessions (session id -> user) · {room:<id>}:s:<sessionId> · …:o
-- ARGV   owner, epoch, generation, sessionId, user, player, token, previous, attempt, revoked, sessionGeneration, conv,
--        received, sent, acked, away, idleMs, expiresInMs, absoluteInMs, payload ... (the messages up to sent)
-- reply  DONE | FENCED owner epoch generation | FORGOTTEN
local room, state, sessions, session, outbox = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local owner, epoch, generation, sessionId, user, player = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local token, previous, attempt, revoked, sessionGeneration, conv = ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local received, sent, acked, away, idleMs = ARGV[13], ARGV[14], ARGV[15], ARGV[16], ARGV[17]
local expiresInMs, absoluteInMs, firstPayload = tonumber(ARGV[18]), tonumber(ARGV[19]), 20
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local expiredStaysMs = 600000

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end

local diesInMs = absoluteInMs + expiredStaysMs
redis.call('UNLINK', session, outbox)
redis.call('HSET', session, 'user', user, 'player', player, 'token', token, 'previous', previous, 'attempt', attempt,
  'revoked', revoked, 'generation', sessionGeneration, 'conv', conv, 'received', received, 'sent', sent, 'acked', acked,
  'away', away, 'idleMs', idleMs, 'createdMs', nowMs, 'untilMs', nowMs + expiresInMs, 'absoluteMs', nowMs + absoluteInMs)
redis.call('PEXPIRE', session, diesInMs)
for from = firstPayload, #ARGV, 256 do
  redis.call('RPUSH', outbox, unpack(ARGV, from, math.min(#ARGV, from + 255)))
end
redis.call('PEXPIRE', outbox, diesInMs)
redis.call('HSET', sessions, sessionId, user)
for _, key in ipairs({room, state, sessions}) do
  if redis.call('PTTL', key) < diesInMs then
    redis.call('PEXPIRE', key, diesInMs)
  end
end
return {'DONE'}
