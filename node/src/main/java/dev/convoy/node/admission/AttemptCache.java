package dev.convoy.node.admission;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.Envelope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the last while and their answers, so that a request that is repeated because its answer
 * was lost gets the same answer and changes nothing a second time. Bounded: the oldest is forgotten first,
 * after which the steps in Redis, which are idempotent by attempt as well, say the same again.
 */
final class AttemptCache {
    /** One request, under way or answered. */
    static final class Entry {
        private final byte[] payload;
        private final long sinceMs;
        /** Where the request came from last. */
        ClientPath path;

        Opening.@Nullable Reply answer;
        /** The conv that the answer grants; 0 when it grants none. */
        int conv;

        Entry(byte[] payload, ClientPath path, long sinceMs) {
            this.payload = payload;
            this.path = path;
            this.sinceMs = sinceMs;
        }
    }

    private static final int ENTRIES_MAX = 8192;
    private static final long KEPT_MS = 30_000;

    private final Map<Long, Entry> entries = new LinkedHashMap<>();

    /** The entry of exactly this request, or null when it is new. */
    @Nullable
    Entry find(Envelope request, long nowMs) {
        Entry entry = entries.get(request.attempt());
        boolean same =
                entry != null && nowMs - entry.sinceMs < KEPT_MS && Arrays.equals(entry.payload, request.payload());
        return same ? entry : null;
    }

    Entry add(Envelope request, ClientPath path, long nowMs) {
        Entry entry = new Entry(request.payload(), path, nowMs);
        entries.remove(request.attempt());
        entries.put(request.attempt(), entry);
        if (entries.size() > ENTRIES_MAX) {
            entries.remove(entries.keySet().iterator().next());
        }
        return entry;
    }

    /** The request may be tried anew. */
    void forget(Envelope request, Entry entry) {
        entries.remove(request.attempt(), entry);
    }
}
