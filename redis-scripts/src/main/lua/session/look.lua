-- Says whether a session is over, and who owns its room and so has to end it.
--
-- KEYS   room, session         {room:<id>} · {room:<id>}:s:<sessionId>
-- ARGV   -
-- reply  GONE | WAITS inMs | OVER owner epoch generation (0 0 0: the room is gone)
local room, session = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local untilMs = redis.call('HGET', session, 'untilMs')
if not untilMs then
  return {'GONE'}
end
if tonumber(untilMs) >= nowMs then
  return {'WAITS', untilMs - nowMs}
end
local held = redis.call('HMGET', room, 'owner', 'epoch', 'generation')
return {'OVER', held[1] or 0, held[2] or 0, held[3] or 0}
