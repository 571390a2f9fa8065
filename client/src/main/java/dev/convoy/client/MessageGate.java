package dev.convoy.client;

import dev.convoy.protocol.session.FrameReader;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to the user. As long as the user has no handler they wait here, up to a bound; a message counts
 * as received only when the user has taken it. Confined to its context.
 */
final class MessageGate {
    private static final int MESSAGES_MAX = 1_024;
    private static final int BYTES_MAX = 1 << 20;

    private record Waiting(long seq, Runnable handOver, int bytes) {}

    private final ContextInternal context;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Handler<Buffer> handler;
    private int waitingBytes;
    private long taken;
    private boolean isShut;

    /**
     * @param taken the number of the last message that the user took, in a process before this one perhaps
     */
    MessageGate(ContextInternal context, long taken) {
        this.context = context;
        this.taken = taken;
    }

    void open(Handler<Buffer> to) {
        handler = to;
        if (!isShut) handOverAll();
    }

    /** The user takes nothing more until the gate is {@linkplain #reopen opened again}. */
    void shut() {
        isShut = true;
    }

    /** What still waits comes once more, and is forgotten here. */
    void reopen() {
        isShut = false;
        waiting.clear();
        waitingBytes = 0;
    }

    private void handOverAll() {
        while (!waiting.isEmpty()) {
            Waiting next = waiting.removeFirst();
            waitingBytes -= next.bytes;
            handOver(next.seq, next.handOver);
        }
    }

    /** False when whoever sends has to wait for the user. */
    boolean hasRoom() {
        return !isShut && waiting.size() < MESSAGES_MAX && waitingBytes < BYTES_MAX;
    }

    /** The next numbered message. */
    void deliver(FrameReader frame) {
        byte[] message = frame.payload();
        deliver(frame.seq(), () -> tell(message), message.length);
    }

    /** Something else that has a number among the messages, and is handed over in its turn. */
    void deliver(long seq, Runnable handOver, int bytes) {
        if (handler != null) {
            handOver(seq, handOver);
        } else {
            waiting.addLast(new Waiting(seq, handOver, bytes));
            waitingBytes += bytes;
        }
    }

    /** The number of the last message that the user has taken. */
    long taken() {
        return taken;
    }

    private void handOver(long seq, Runnable next) {
        next.run();
        taken = seq;
    }

    private void tell(byte[] message) {
        if (handler != null) Callbacks.call(context, handler, Buffer.buffer(message));
    }
}
