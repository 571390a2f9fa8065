-- Reads some sessions of a room, with the messages that their clients have not acknowledged. Missing ones are left out.
--
-- KEYS   room, then per session: session, outbox      {room:<id>} · {room:<id>}:s:<sessionId> · {room:<id>}:s:<sessionId>:o
-- ARGV   owner, epoch, generation (empty: any, for an owner that has been one for a moment and was not told yet)
-- reply  SESSIONS {index (from 0), {field, value ...}, expiresInMs, absoluteInMs, {payload ...}} ...
--      | FENCED owner epoch generation | FORGOTTEN
local room = KEYS[1]
local owner, epoch, generation = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or (generation ~= '' and held[3] ~= generation) then
  return {'FENCED', held[1], held[2], held[3]}
end

local reply = {'SESSIONS'}
for i = 2, #KEYS, 2 do
  local session, outbox = KEYS[i], KEYS[i + 1]
  local times = redis.call('HMGET', session, 'untilMs', 'absoluteMs')
  if times[1] then
    reply[#reply + 1] = {
      (i - 2) / 2, redis.call('HGETALL', session), times[1] - nowMs, times[2] - nowMs, redis.call('LRANGE', outbox, 0, -1)
    }
  end
end
return reply
