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
    public RoomImage {
        sessions = List.copyOf(sessions);
    }
}
