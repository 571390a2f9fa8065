package dev.convoy.node.builtin;

import dev.convoy.protocol.wire.SessionId;
import dev.convoy.room.Room;
import dev.convoy.room.RoomContext;
import dev.convoy.room.RoomSession;
import dev.convoy.room.RoomType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps account of every player's messages, for proofs: each is answered with how many there have been and a
 * running hash of all of them, so that the player can tell whether any was lost, doubled or reordered.
 *
 * <pre>
 * to the room:   n u64 · any bytes
 * to the player: count u64 · hash u64 (FNV-1a, 64 bits, over all bytes of all messages) · n u64
 * state:         count u64 · hash u64
 * snapshot:      per player: session id 16 · count u64 · hash u64
 * </pre>
 *
 * All integers are little-endian.
 */
public final class LedgerRoom implements Room {
    /** The room type {@code ledger}. */
    public static final class Type implements RoomType {
        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public Room create() {
            return new LedgerRoom();
        }
    }

    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int ACCOUNT_BYTES = SessionId.BYTES + 16;

    private record Account(long count, long hash) {
        static final Account EMPTY = new Account(0, FNV_OFFSET_BASIS);

        Account with(Buffer message) {
            long next = hash;
            for (int i = 0; i < message.length(); i++) next = (next ^ message.getUnsignedByte(i)) * FNV_PRIME;
            return new Account(count + 1, next);
        }
    }

    private final Map<SessionId, Account> accounts = new HashMap<>();

    @Override
    public void onMessage(RoomSession session, Buffer message) {
        if (message.length() < 8) {
            session.kick("a ledger's message begins with a number of 8 bytes");
            return;
        }
        Account account = accounts.getOrDefault(session.id(), Account.EMPTY).with(message);
        accounts.put(session.id(), account);
        session.send(Buffer.buffer(24)
                .appendLongLE(account.count)
                .appendLongLE(account.hash)
                .appendLongLE(message.getLongLE(0)));
    }

    @Override
    public void onLeave(RoomSession session, boolean consented) {
        accounts.remove(session.id());
    }

    @Override
    public Buffer snapshot() {
        Buffer snapshot = Buffer.buffer(accounts.size() * ACCOUNT_BYTES);
        accounts.forEach((id, account) ->
                snapshot.appendBytes(id.toBytes()).appendLongLE(account.count).appendLongLE(account.hash));
        return snapshot;
    }

    /** {@code count u64 · hash u64}: the player's account. */
    @Override
    public Buffer stateFor(RoomSession session) {
        Account account = accounts.getOrDefault(session.id(), Account.EMPTY);
        return Buffer.buffer(16).appendLongLE(account.count).appendLongLE(account.hash);
    }

    @Override
    public Future<Void> restore(RoomContext room, Buffer snapshot) {
        for (int at = 0; at + ACCOUNT_BYTES <= snapshot.length(); at += ACCOUNT_BYTES) {
            SessionId id = SessionId.of(snapshot.getBytes(at, at + SessionId.BYTES), 0);
            long count = snapshot.getLongLE(at + SessionId.BYTES);
            accounts.put(id, new Account(count, snapshot.getLongLE(at + SessionId.BYTES + 8)));
        }
        return Future.succeededFuture();
    }
}
