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
    record Delta(
            RoomState room,
            List<byte[]> spoken,
            long certain,
            long received,
            long sent,
            long acknowledged,
            List<Outbox.Entry> appended) {}

    /** What the room has said to the client, as far as it is committed. */
    private List<byte[]> spoken = List.of();

    private RoomState room = new RoomState(0, 0, 0);
    private long certain = Long.MAX_VALUE;
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
        spoken = delta.spoken;
        certain = delta.certain;
        sent = Math.max(sent, acknowledged);
        for (Outbox.Entry entry : delta.appended) {
            if (entry.seq() <= sent) continue;
            if (entry.seq() != sent + 1) throw new AssertionError("a commit with a gap: " + entry.seq());
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

    /** A memory room has died with its node; what it was is known to nobody. */
    void forgetRoom() {
        room = new RoomState(0, 0, 0);
        spoken = List.of();
    }

    List<byte[]> spoken() {
        return spoken;
    }

    RoomState room() {
        return room;
    }

    /** The client has messages of this line of the room's up to here, and may have others behind it. */
    long certain() {
        return certain;
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
