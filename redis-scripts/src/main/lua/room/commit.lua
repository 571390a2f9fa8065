-- Commits a room and its sessions together: snapshot, sequence numbers, and the outboxes' appends and trims.
--
-- Everything is checked before anything is changed. Every number only grows, and a message that is there already is
-- not appended again, so a repeated commit changes nothing. An outbox holds the messages (sent - length, sent] of its
-- session: a commit that would leave a hole shows that Redis has lost an earlier one, and the owner must restore.
--
-- Sessions that end are removed by the same commit that holds what their end has changed in the room. A commit
-- that is repeated finds them gone, which is no fault.
--
-- KEYS   room, state, sessions, then per session: session, outbox, the ended ones last
--        {room:<id>} · {room:<id>}:state · {room:<id>}:sessions · {room:<id>}:s:<sessionId> · {room:<id>}:s:<sessionId>:o
-- ARGV   owner, epoch, generation, started, hasSnapshot, snapshot, ended (how many),
--        then per session: received, sent, acked, appends, payload ... (the messages (sent - appends, sent]),
--        then per ended session: its id
-- reply  COMMITTED | FENCED owner epoch generation | FORGOTTEN index ... (sessions from 0; none: the whole room)
local room, state, sessions = KEYS[1], KEYS[2], KEYS[3]
local owner, epoch, generation, started, hasSnapshot, snapshot = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ended = tonumber(ARGV[7])
local lastDelta = #KEYS - 2 * ended
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local expiredStaysMs = 600000

local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation', 'started')
if not held[1] then
  return {'FORGOTTEN'}
end
if held[1] ~= owner or held[2] ~= epoch or held[3] ~= generation then
  return {'FENCED', held[1], held[2], held[3]}
end

local deltas, forgotten = {}, {'FORGOTTEN'}
local at = 8
for i = 4, lastDelta, 2 do
  local received, sent, acked, appends = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local stored = redis.call('HMGET', KEYS[i], 'received', 'sent', 'acked', 'idleMs', 'absoluteMs', 'away', 'untilMs')
  local storedSent = tonumber(stored[2])
  if not storedSent or sent - appends > math.max(storedSent, acked) then
    forgotten[#forgotten + 1] = (i - 4) / 2
  else
    deltas[#deltas + 1] = {
      session = KEYS[i], outbox = KEYS[i + 1], first = at + 4, last = at + 3 + appends, appends = appends,
      received = math.max(received, tonumber(stored[1])), sent = sent, storedSent = storedSent,
      acked = math.max(acked, tonumber(stored[3])), storedAcked = tonumber(stored[3]),
      idleMs = tonumber(stored[4]), absoluteMs = tonumber(stored[5]), away = stored[6] == '1', untilMs = stored[7]
    }
  end
  at = at + 4 + appends
end
if #forgotten > 1 then
  return forgotten
end

for _, d in ipairs(deltas) do
  local length = nil
  local known = math.max(0, math.min(d.appends, math.max(d.storedSent, d.acked) - (d.sent - d.appends)))
  for from = d.first + known, d.last, 256 do
    local to = math.min(d.last, from + 255)
    local pushed = to - from + 1
    local grown = redis.call('RPUSH', d.outbox, unpack(ARGV, from, to))
    length = length or grown - pushed
    if grown == pushed then
      redis.call('PEXPIREAT', d.outbox, d.absoluteMs + expiredStaysMs)
    end
  end
  if d.acked > d.storedAcked then
    length = length or redis.call('LLEN', d.outbox)
    local trim = math.min(length, d.acked - (d.storedSent - length))
    if trim > 0 then
      redis.call('LTRIM', d.outbox, trim, -1)
    end
  end
  local untilMs = d.away and d.untilMs or math.min(nowMs + d.idleMs, d.absoluteMs)
  redis.call('HSET', d.session, 'received', d.received, 'sent', math.max(d.sent, d.storedSent), 'acked', d.acked, 'untilMs', untilMs)
end
for i = lastDelta + 1, #KEYS, 2 do
  redis.call('UNLINK', KEYS[i], KEYS[i + 1])
  redis.call('HDEL', sessions, ARGV[at])
  at = at + 1
end
if hasSnapshot == '1' then
  redis.call('SET', state, snapshot, 'PX', math.max(1, redis.call('PTTL', room)))
end
if held[4] ~= started then
  redis.call('HSET', room, 'started', started)
end
return {'COMMITTED'}
