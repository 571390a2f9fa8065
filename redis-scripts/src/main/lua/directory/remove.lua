-- Takes a node's row out of the directory, if the row is still of that epoch.
--
-- KEYS   nodes                 nodes: server id -> epoch|untilMs|row
-- ARGV   serverId, epoch
-- reply  REMOVED | STALE
local nodes = KEYS[1]
local serverId, epoch = ARGV[1], ARGV[2]

local stored = redis.call('HGET', nodes, serverId)
if stored and string.match(stored, '^%d+') ~= epoch then
  return {'STALE'}
end
redis.call('HDEL', nodes, serverId)
return {'REMOVED'}
