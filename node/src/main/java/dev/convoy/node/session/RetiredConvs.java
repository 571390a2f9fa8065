package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.handshake.ResetKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Convs that have been in use here and are not any more: whoever still speaks one is told so, instead of being left to find
 * out. Never for a conv that nobody has had, because a Reset would tell whoever asks what resets it later. Remembers the last
 * {@value #CONVS_MAX} and writes at most {@value #RESETS_PER_SECOND_MAX} Resets a second; without one a client comes back a second
 * later. Confined to the shard's event loop.
 */
final class RetiredConvs {
    static final int CONVS_MAX = 8_192;
    static final int RESETS_PER_SECOND_MAX = 200;

    private static final long SECOND_MS = 1_000;

    private final ResetKey key;
    /** Conv → epoch of the lease that it was granted under, the oldest first. */
    private final Map<Integer, Long> epochs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > CONVS_MAX;
        }
    };

    private long secondBeganMs;
    private int resets;

    RetiredConvs(ResetKey key) {
        this.key = key;
    }

    void retire(int conv, long epoch) {
        epochs.put(conv, epoch);
    }

    /** The conv is somebody's again. */
    void forget(int conv) {
        if (!epochs.isEmpty()) epochs.remove(conv);
    }

    /** Writes the Reset for a datagram of so many bytes and returns its length; 0 = say nothing. */
    int answer(int conv, int datagramBytes, byte[] into, int offset, long nowMs) {
        @Nullable Long epoch = epochs.get(conv);
        if (epoch == null || datagramBytes < Reset.BYTES || !mayAnswer(nowMs)) return 0;
        Reset.write(into, offset, key, conv, epoch);
        return Reset.BYTES;
    }

    private boolean mayAnswer(long nowMs) {
        if (nowMs - secondBeganMs >= SECOND_MS) {
            secondBeganMs = nowMs;
            resets = 0;
        }
        return ++resets <= RESETS_PER_SECOND_MAX;
    }
}
