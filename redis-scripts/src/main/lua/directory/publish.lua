-- Puts a node's row into the routers' directory. An older epoch never covers a newer one.
--
-- KEYS   nodes                 nodes: server id -> epoch|untilMs|row
-- ARGV   serverId, epoch, ttlMs, row
-- reply  PUBLISHED | STALE
local nodes = KEYS[1]
local serverId, epoch, ttlMs, row = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local stored = redis.call('HGET', nodes, serverId)
if stored and tonumber(string.match(stored, '^%d+')) > tonumber(epoch) then
  return {'STALE'}
end
redis.call('HSET', nodes, serverId, string.format('%s|%.0f|%s', epoch, nowMs + ttlMs, row))
return {'PUBLISHED'}
