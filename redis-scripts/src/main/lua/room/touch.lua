-- Keeps a room and its online sessions from ageing while nothing is committed, and says whose tokens somebody has
-- revoked meanwhile: their owner, who alone may end them, may have missed the hint.
--
-- KEYS   room, state, sessions, then per session: session
--        {room:<id>} · {room:<id>}:state · {room:<id>}:sessions · {room:<id>}:s:<sessionId>
-- ARGV   owner, epoch, generation, ttlMs
-- reply  COMMITTED | REVOKED {index reason} ... (sessions from 0) | FENCED owner epoch generation
--        FORGOTTEN index ... (sessions from 0; none: the whole room)
local owner, epoch, generation, ttlMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'generation')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end

for i = 1, 3 do
  if redis.call('PTTL', KEYS[i]) < ttlMs then
    redis.call('PEXPIRE', KEYS[i], ttlMs)
  end
end
local forgotten, revoked = {'FORGOTTEN'}, {'REVOKED'}
for i = 4, #KEYS do
  local stored = redis.call('HMGET', KEYS[i], 'idleMs', 'absoluteMs', 'away', 'revoked')
  if not stored[1] then
    forgotten[#forgotten + 1] = i - 4
  elseif stored[4] and stored[4] ~= '' then
    revoked[#revoked + 1] = {i - 4, stored[4]}
  elseif stored[3] ~= '1' then
    redis.call('HSET', KEYS[i], 'untilMs', math.min(nowMs + stored[1], tonumber(stored[2])))
  end
end
if #forgotten > 1 then
  return forgotten
end
if #revoked > 1 then
  return revoked
end
return {'COMMITTED'}
