package dev.convoy.node.session;

import java.util.function.Consumer;

/**
 * A conv that a returning player was granted and has not used yet. What it replaces stays until the first packet under it
 * has been opened: whoever recorded a request can send it again, but only the true client can seal a packet. Owned by its
 * shard's event loop.
 */
final class ExpectedReturn extends DeadlineHeap.Entry {
    final ServerSession session;
    final int conv;
    final Carrier carrier;
    /** Of the request that the conv was granted to. */
    final long attempt;

    private final Consumer<ExpectedReturn> whenProven;
    private final Runnable whenLapsed;

    ExpectedReturn(
            ServerSession session,
            int conv,
            Carrier carrier,
            long attempt,
            Consumer<ExpectedReturn> whenProven,
            Runnable whenLapsed) {
        this.session = session;
        this.conv = conv;
        this.carrier = carrier;
        this.attempt = attempt;
        this.whenProven = whenProven;
        this.whenLapsed = whenLapsed;
    }

    void proven() {
        whenProven.accept(this);
    }

    @Override
    void onDeadline(long nowMs) {
        whenLapsed.run();
    }
}
