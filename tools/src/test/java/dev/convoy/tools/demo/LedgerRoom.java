package dev.convoy.tools.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The room's half of the ledger protocol, written again from its description: the judge's opponent. */
final class LedgerRoom {
    private long count;
    private long hash = 0xcbf29ce484222325L;

    byte[] receive(byte[] message) {
        count++;
        for (byte b : message) hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        return answer(
                count,
                hash,
                ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    /** The room as it stands now: what a snapshot would restore. */
    LedgerRoom copy() {
        LedgerRoom copy = new LedgerRoom();
        copy.count = count;
        copy.hash = hash;
        return copy;
    }

    /** What the room tells a player after a crash. */
    byte[] state() {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(count)
                .putLong(hash)
                .array();
    }

    static byte[] message(long n, int paddingBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + paddingBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(n);
        while (bytes.hasRemaining()) bytes.put((byte) (n * 31 + bytes.position()));
        return bytes.array();
    }

    static byte[] answer(long count, long hash, long n) {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(count)
                .putLong(hash)
                .putLong(n)
                .array();
    }
}
