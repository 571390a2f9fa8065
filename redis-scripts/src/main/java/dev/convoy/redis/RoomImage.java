package dev.convoy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room as Redis knows it.
 *
 * @param snapshot as committed last; null: none ever. Not copied: do not change it.
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes of it, handed through once: never compared, never copied.
public record RoomImage(RoomSpec spec, boolean started, byte @Nullable [] snapshot, List<SessionImage> sessions) {
    // Not the compact form: javac 17 loses the annotation of the array there, and callers could not pass null.
    public RoomImage(RoomSpec spec, boolean started, byte @Nullable [] snapshot, List<SessionImage> sessions) {
        this.spec = spec;
        this.started = started;
        this.snapshot = snapshot;
        this.sessions = List.copyOf(sessions);
    }
}
