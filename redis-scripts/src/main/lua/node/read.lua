-- Says who holds a server id, and for how long nobody else can have it.
--
-- KEYS   lease                 {node:<serverId>}
-- ARGV   -
-- reply  HELD epoch instance state ttlMs | FREE instance freeInMs (the instance that had it last, or '')
local lease = KEYS[1]
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)

local held = redis.call('HMGET', lease, 'epoch', 'instance', 'state', 'untilMs', 'freeAtMs')
local epoch, instance, state, untilMs, freeAtMs = held[1], held[2], held[3], tonumber(held[4] or 0), tonumber(held[5] or 0)
if untilMs <= nowMs or state == 'RELEASED' then
  return {'FREE', instance or '', math.max(0, freeAtMs - nowMs)}
end
return {'HELD', epoch, instance, state, untilMs - nowMs}
