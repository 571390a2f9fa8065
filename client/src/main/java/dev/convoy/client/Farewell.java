package dev.convoy.client;

import dev.convoy.protocol.session.Outbox;
import io.vertx.core.internal.ContextInternal;

/**
 * The polite end of a conversation: what was sent is delivered, the server is told, and has a moment to hear it. It
 * ends early when the conversation does. Confined to its context.
 */
final class Farewell {
    private static final int DELIVERED_WITHIN_MS = 1_000;
    private static final int HEARD_WITHIN_MS = 300;
    private static final int LOOK_AGAIN_MS = 10;

    private final ContextInternal context;
    private final Conversation conversation;
    private final Outbox outbox;
    private final Runnable then;
    private long untilMs;

    /**
     * A farewell that has not begun.
     *
     * @param then when there is nothing left to say
     */
    Farewell(ContextInternal context, Conversation conversation, Outbox outbox, Runnable then) {
        this.context = context;
        this.conversation = conversation;
        this.outbox = outbox;
        this.then = then;
    }

    void begin() {
        untilMs = MonotonicClock.nowMs() + DELIVERED_WITHIN_MS;
        deliver();
    }

    private void deliver() {
        if (isWaitingFor(outbox.size() > 0)) {
            context.setTimer(LOOK_AGAIN_MS, fired -> deliver());
            return;
        }
        conversation.leave();
        untilMs = MonotonicClock.nowMs() + HEARD_WITHIN_MS;
        hear();
    }

    private void hear() {
        if (isWaitingFor(!conversation.isDelivered())) {
            context.setTimer(LOOK_AGAIN_MS, fired -> hear());
        } else {
            then.run();
        }
    }

    private boolean isWaitingFor(boolean something) {
        return something && !conversation.isOver() && MonotonicClock.nowMs() < untilMs;
    }
}
