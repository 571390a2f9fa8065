package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.handshake.ResetKey;
import dev.convoy.protocol.wire.PathHeader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Convs that have been in use here and are not any more: whoever still speaks one is told so, instead of being left to find
 * out. Never for a conv that nobody has had, and never to another address than its client's, which was granted the token: a Reset
 * would tell whoever asks what resets the conv's next holder (RFC 9000, section 21.11). Remembers the last
 * {@value #CONVS_MAX} and writes at most {@value #RESETS_PER_SECOND_MAX} Resets a second; without one a client comes back a second
 * later. Confined to the shard's event loop.
 */
final class RetiredConvs {
    static final int CONVS_MAX = 8_192;
    static final int RESETS_PER_SECOND_MAX = 200;

    /**
     * @param epoch of the lease that the conv was granted under
     * @param path where its client was last
     */
    private record Retired(long epoch, ClientPath path) {}

    private static final long SECOND_MS = 1_000;

    private final ResetKey key;
    /** By conv, the oldest first. */
    private final Map<Integer, Retired> retired = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Retired> eldest) {
            return size() > CONVS_MAX;
        }
    };

    private long secondBeganMs;
    private int resets;

    RetiredConvs(ResetKey key) {
        this.key = key;
    }

    void retire(int conv, long epoch, ClientPath path) {
        retired.put(conv, new Retired(epoch, path));
    }

    /** The conv is somebody's again. */
    void forget(int conv) {
        if (!retired.isEmpty()) retired.remove(conv);
    }

    /** Writes the Reset for a datagram behind its path header, and returns the Reset's length; 0 = say nothing. */
    int answer(int conv, byte[] datagram, int length, byte[] into, int offset, long nowMs) {
        @Nullable Retired last = retired.get(conv);
        if (last == null || length - PathHeader.bytes(datagram[0]) < Reset.BYTES) return 0;
        if (!last.path.isClientOf(datagram) || !mayAnswer(nowMs)) return 0;
        Reset.write(into, offset, key, conv, last.epoch);
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
