package dev.convoy.node.session;

import dev.convoy.protocol.session.Outbox;
import java.util.Arrays;

/** A message of an outbox as Redis keeps it: one byte that says whether it is a state, and the message. */
final class StoredMessage {
    private static final byte DATA = 0;
    private static final byte STATE = 1;

    private StoredMessage() {}

    static byte[] encode(Outbox.Entry entry) {
        byte[] stored = new byte[1 + entry.message().length];
        stored[0] = entry.isState() ? STATE : DATA;
        System.arraycopy(entry.message(), 0, stored, 1, entry.message().length);
        return stored;
    }

    /** Appends a stored message to the outbox of a restored session. */
    static void decode(byte[] stored, Outbox into) {
        into.restore(Arrays.copyOfRange(stored, 1, stored.length), stored[0] == STATE);
    }
}
