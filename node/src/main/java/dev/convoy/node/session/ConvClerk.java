package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.conv.ConflictPolicy;
import dev.convoy.protocol.conv.Conv;
import dev.convoy.protocol.conv.ConvHolder;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;

/**
 * Which conv a newcomer gets: any, or the one that it proposes. A proposal is granted when it is of this node's segment and of this
 * shard, so that routers bring its datagrams here, and nobody has it or has had it lately; else another conv is. When somebody
 * has it, the policy decides. Confined to the shard's event loop.
 */
final class ConvClerk {
    private static final int BUSY_RETRY_MS = 2_000;

    private final Hall hall;
    private final ConvSource convs;
    private final ConflictPolicy policy;
    private final int shard;
    private final int shards;

    ConvClerk(Hall hall, ConvSource convs, ConflictPolicy policy, int shard, int shards) {
        this.hall = hall;
        this.convs = convs;
        this.policy = policy;
        this.shard = shard;
        this.shards = shards;
    }

    /** A conv that is the caller's from now on; fails with an {@link AdmissionException} when there is none to give. */
    Future<Integer> conv(Arrival arrival) {
        if (arrival.proposal() == 0) return any();
        int serverId = hall.ownership().serverId();
        int conv = ProposeRequest.on(serverId, arrival.proposal());
        if (!Conv.isLegal(conv) || Conv.serverId(conv) != serverId || (conv & (shards - 1)) != shard) return any();
        ConvHolder<ClientPath> holder = hall.traffic().holder(conv);
        return switch (policy.answer(holder, arrival.path(), hall.traffic().nowMs())) {
            case FREE -> claim(conv);
            case EVICT -> evict(conv);
            case REFUSE -> Future.failedFuture(new AdmissionException(ErrorCode.CONV_IN_USE, ""));
            // The same address again, with another request: a second session of one socket has a conv of its own.
            case SAME, REASSIGN -> any();
        };
    }

    private Future<Integer> any() {
        int conv = convs.take();
        if (conv != ConvSource.NONE) return Future.succeededFuture(conv);
        String detail = "this node has no conv free";
        return Future.failedFuture(new AdmissionException(ErrorCode.NO_CONV_FREE, BUSY_RETRY_MS, detail));
    }

    private Future<Integer> claim(int conv) {
        return convs.claim(conv).compose(isOurs -> isOurs ? Future.succeededFuture(conv) : any());
    }

    /** The conv goes from hand to hand, and is not released in between; its former holder's session is as if it had fallen silent. */
    private Future<Integer> evict(int conv) {
        return hall.traffic().evict(conv) ? Future.succeededFuture(conv) : any();
    }
}
