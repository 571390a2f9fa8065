package dev.convoy.node.lease;

import dev.convoy.redis.NodeAddress;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What a node wants of its leases.
 *
 * @param instance the node's name, the same after a restart
 * @param serverIdWish a server id to prefer; 0 = none
 * @param address where routers reach the shards, known once they listen
 * @param ttl how long the server id outlives a node that is gone
 * @param convQuarantine how long a conv that was used is given to nobody
 */
public record LeaseSettings(
        String instance, int serverIdWish, Supplier<NodeAddress> address, Duration ttl, Duration convQuarantine) {}
