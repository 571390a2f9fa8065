package dev.convoy.router;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import java.util.Optional;

/**
 * A router's own Probe and its answer. It travels like a client's, behind a path header, but with client address
 * 0.0.0.0 and port 0, which no client can have. The attempt says which probe it was, and that it was ours:
 *
 * <pre>
 * attempt:  key (32 bits, random, one for each run of the router) · shard (4 bits) · round (28 bits)
 * </pre>
 */
final class ProbeDatagram {
    private static final int ROUND_BITS = 28;
    private static final int UNUSED_BITS = Integer.SIZE - ROUND_BITS;
    private static final int SHARD_MASK = NodeRoute.SHARDS_MAX - 1;
    /** Suite, cookie length and payload length, all 0. */
    private static final int EMPTY_BODY_BYTES = 4;

    private static final int BYTES = PathHeader.IPV4_BYTES + ControlHeader.BYTES + EMPTY_BODY_BYTES;

    /** Whose answer it is. */
    record Answer(int serverId, int shard, int round) {}

    private final int key;

    ProbeDatagram(int key) {
        this.key = key;
    }

    byte[] encode(int serverId, int shard, int round) {
        byte[] bytes = new byte[BYTES];
        bytes[PathHeader.KIND_OFFSET] = PathHeader.KIND_IPV4;
        ControlHeader.write(bytes, PathHeader.IPV4_BYTES, ControlType.PROBE, serverId, 0, attempt(shard, round));
        return bytes;
    }

    /**
     * Reads what came to the probing socket; any bytes are allowed, and empty is the answer to what is no answer
     * to us.
     *
     * @param lastRound the last round sent, which tells the round's upper bits
     */
    Optional<Answer> parse(byte[] bytes, int lastRound) {
        if (bytes.length < PathHeader.IPV4_BYTES + ControlHeader.BYTES) return Optional.empty();
        if (bytes[PathHeader.KIND_OFFSET] != PathHeader.KIND_IPV4) return Optional.empty();
        int firstWord = LittleEndian.u32(bytes, PathHeader.IPV4_BYTES);
        if (ControlType.of(firstWord) != ControlType.PROBE_REPLY) return Optional.empty();
        long attempt = ControlHeader.attempt(bytes, PathHeader.IPV4_BYTES);
        if ((int) (attempt >>> Integer.SIZE) != key) return Optional.empty();
        int shard = (int) (attempt >>> ROUND_BITS) & SHARD_MASK;
        // The difference in the bits that travelled, sign-extended.
        int ago = ((lastRound - (int) attempt) << UNUSED_BITS) >> UNUSED_BITS;
        return Optional.of(new Answer(ControlHeader.target(bytes, PathHeader.IPV4_BYTES), shard, lastRound - ago));
    }

    private long attempt(int shard, int round) {
        long low = ((long) shard << ROUND_BITS) | (round & ((1L << ROUND_BITS) - 1));
        return ((long) key << Integer.SIZE) | low;
    }
}
