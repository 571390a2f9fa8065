package dev.convoy.protocol.session;

import java.util.ArrayList;
import java.util.List;

/**
 * What is left when a server has crashed: the last committed image of the room and its session, as a node keeps it
 * in Redis. Writes are fenced by epoch and take nothing twice.
 */
final class SimStore {
    /** The application's state: how far it has heard and spoken. */
    record RoomState(long delivered, long produced, long ticks) {}

    /** What one commit writes. */
    record Delta(RoomState room, long received, long sent, long acknowledged, List<Outbox.Entry> appended) {}

    /** Every message to the client that was ever committed; number {@code n} at {@code n - 1}. */
    final List<byte[]> history = new ArrayList<>();

    private RoomState room = new RoomState(0, 0, 0);
    private long received;
    private long sent;
    private long acknowledged;
    private List<Outbox.Entry> unacknowledged = new ArrayList<>();
    private long redeemedAttempt;
    private int epoch;

    /** Fences all others out. */
    int takeOver() {
        return ++epoch;
    }

    /** False when somebody else owns the room by now. */
    boolean commit(int owner, Delta delta) {
        if (owner != epoch) return false;
        room = delta.room;
        received = delta.received;
        acknowledged = Math.max(acknowledged, delta.acknowledged);
        for (Outbox.Entry entry : delta.appended) {
            if (entry.seq() <= sent) continue;
            if (entry.seq() != history.size() + 1) throw new AssertionError("a commit with a gap: " + entry.seq());
            history.add(entry.message());
            unacknowledged.add(entry);
            sent = entry.seq();
        }
        if (sent != delta.sent) throw new AssertionError("a commit without its messages");
        List<Outbox.Entry> rest = new ArrayList<>(unacknowledged);
        rest.removeIf(entry -> entry.seq() <= acknowledged);
        unacknowledged = rest;
        return true;
    }

    /** Whether this attempt to come back may be, by its token: the next one, or the last one repeated. */
    boolean redeem(long attempt) {
        if (attempt != redeemedAttempt && attempt != redeemedAttempt + 1) return false;
        redeemedAttempt = attempt;
        return true;
    }

    RoomState room() {
        return room;
    }

    long received() {
        return received;
    }

    long sent() {
        return sent;
    }

    List<Outbox.Entry> unacknowledged() {
        return unacknowledged;
    }
}
