package dev.convoy.node;

import dev.convoy.node.session.Census;
import dev.convoy.protocol.kcp.KcpTally;

/**
 * A shard's levels at one moment, taken on its event loop every {@value #EVERY_MS} ms for whoever measures them.
 *
 * @param sent segments since the start, and those sent again for one reason or the other
 */
record ShardSample(
        int online,
        int away,
        int rooms,
        int moving,
        int convsFree,
        int convsInUse,
        long outboxMessages,
        long outboxBytes,
        long sent,
        long resentOvertaken,
        long resentTimedOut) {
    static final long EVERY_MS = 1_000;
    static final ShardSample NONE = new ShardSample(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** With what the KCP conversations have sent. */
    static ShardSample of(Census.Levels levels, int convsFree, int convsInUse, KcpTally tally) {
        return new ShardSample(
                levels.online(),
                levels.away(),
                levels.rooms(),
                levels.moving(),
                convsFree,
                convsInUse,
                levels.outboxMessages(),
                levels.outboxBytes(),
                tally.sent(),
                tally.resentOvertaken(),
                tally.resentTimedOut());
    }
}
