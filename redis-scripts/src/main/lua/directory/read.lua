-- Lists the rows of the directory whose time has not run out.
--
-- KEYS   nodes                 nodes: server id -> epoch|untilMs|row
-- ARGV   -
-- reply  ROWS {serverId, epoch, ttlMs, row} ...
local nodes = KEYS[1]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local stored = redis.call('HGETALL', nodes)
local reply = {'ROWS'}
for i = 1, #stored, 2 do
  local epoch, untilMs, row = string.match(stored[i + 1], '^(%d+)|(%d+)|(.*)$')
  if tonumber(untilMs) > nowMs then
    reply[#reply + 1] = {stored[i], epoch, tonumber(untilMs) - nowMs, row}
  end
end
return reply
