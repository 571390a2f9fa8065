package dev.convoy.tools.demo;

import dev.convoy.protocol.wire.LittleEndian;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger room answers to every message of a player.
 *
 * <pre>
 *  0               8               16              24
 * +---------------+---------------+---------------+
 * |  count u64    |  hash u64     |  n u64        |
 * +---------------+---------------+---------------+
 * </pre>
 *
 * @param count how many messages of this player the room has received so far, this one included
 * @param hash running FNV-1a 64 over all bytes of all of them
 * @param n the player's own number of the message answered
 */
record LedgerAnswer(long count, long hash, long n) {
    private static final int COUNT_AT = 0;
    private static final int HASH_AT = 8;
    private static final int N_AT = 16;
    private static final int BYTES = 24;

    /** Null when the bytes are no such answer. */
    static @Nullable LedgerAnswer read(byte[] bytes) {
        if (bytes.length != BYTES) return null;
        return new LedgerAnswer(
                LittleEndian.u64(bytes, COUNT_AT), LittleEndian.u64(bytes, HASH_AT), LittleEndian.u64(bytes, N_AT));
    }
}
