package dev.convoy.client;

import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a client has to know to come back, and nothing that would let it sign in: neither login nor password.
 *
 * <p>Before the first answer there is no ticket, only the attempt of the Connect: a client that is killed between the
 * server's yes and the end of the join repeats the same request and gets the same session.
 *
 * <pre>
 * "CVCR" · version u8 = 1 · user text8 · room type text8 · room id text8 · affinity u64 · attempt u64
 *   · has ticket u8 · [session 16 · token 32 · conv u32 · generation u64 · received u64 · room text8 · player text8]
 *   · CRC-32C of all that u32
 * </pre>
 *
 * @param roomId as asked for; empty = a room of one's own
 * @param affinity the routing key of the join
 * @param attempt of the next request: drawn when the token came, so that every repetition is the same request
 */
record Credentials(
        String user,
        String roomType,
        String roomId,
        long affinity,
        long attempt,
        @Nullable Ticket ticket) {
    /**
     * The right to come back.
     *
     * @param conv the last one
     * @param received the number of the last message that the user has taken
     * @param room the room's name
     */
    record Ticket(
            SessionId session,
            ReconnectToken token,
            int conv,
            long generation,
            long received,
            String room,
            String playerId) {
        Ticket withReceived(long number) {
            return new Ticket(session, token, conv, generation, number, room, playerId);
        }

        /** The ticket that a return brought. */
        Ticket after(Grant grant, long number) {
            return new Ticket(session, grant.token(), grant.conv(), grant.generation(), number, room, playerId);
        }

        /**
         * The request to come back.
         *
         * @param target the server id to ask
         * @param number of the last message received
         * @param join who asks; the room is the ticket's
         */
        Suite.Exchange returnRequest(Suite suite, int target, long attempt, long number, JoinRequest join) {
            JoinRequest here = new JoinRequest(
                    join.user(), join.credential(), join.roomType(), room, join.password(), join.options());
            ReconnectRequest record = new ReconnectRequest(session, token, conv, generation, number, here);
            return suite.ask(ControlType.RECONNECT, target, Affinity.ofRoom(room), attempt, record.encode());
        }
    }

    private static final int MAGIC = 0x52435643; // "CVCR" as little-endian bytes
    private static final int VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;

    Credentials with(long nextAttempt, Ticket next) {
        return new Credentials(user, roomType, roomId, affinity, nextAttempt, next);
    }

    Credentials withReceived(long number) {
        return ticket == null ? this : with(attempt, ticket.withReceived(number));
    }

    /** Whether these lead where {@code join} wants to go. */
    boolean fit(JoinRequest join) {
        boolean sameRoom = join.roomId().equals(roomId)
                || (ticket != null && (join.roomId().isEmpty() || join.roomId().equals(ticket.room)));
        return join.user().equals(user) && join.roomType().equals(roomType) && sameRoom;
    }

    byte[] encode() {
        WireWriter writer = new WireWriter().u32(MAGIC).u8(VERSION);
        writer.text8(user).text8(roomType).text8(roomId).u64(affinity).u64(attempt);
        writer.u8(ticket == null ? 0 : 1);
        if (ticket != null) write(ticket, writer);
        byte[] body = writer.toBytes();
        return writer.u32(checksum(body, body.length)).toBytes();
    }

    /**
     * The credentials of bytes that {@link #encode} made.
     *
     * @param store named in the error
     * @throws CredentialsUnreadableException for any other bytes
     */
    static Credentials decode(byte[] bytes, CredentialStore store) {
        int body = bytes.length - CHECKSUM_BYTES;
        if (body < CHECKSUM_BYTES + 1 || LittleEndian.u32(bytes, 0) != MAGIC) {
            throw unusable(store, "they are not a Convoy client's");
        }
        if (bytes[CHECKSUM_BYTES] != VERSION) {
            throw unusable(store, "they have format version " + (bytes[CHECKSUM_BYTES] & 0xFF) + ", not " + VERSION);
        }
        if (LittleEndian.u32(bytes, body) != checksum(bytes, body)) throw unusable(store, "their checksum is wrong");
        WireReader reader = new WireReader(bytes, CHECKSUM_BYTES + 1, body - CHECKSUM_BYTES - 1);
        Credentials credentials = read(reader);
        if (!reader.isIntact() || reader.remaining() > 0) throw unusable(store, "they are not whole");
        return credentials;
    }

    private static void write(Ticket ticket, WireWriter writer) {
        writer.raw(ticket.session.toBytes()).raw(ticket.token.toBytes());
        writer.u32(ticket.conv).u64(ticket.generation).u64(ticket.received);
        writer.text8(ticket.room).text8(ticket.playerId);
    }

    private static Credentials read(WireReader reader) {
        return new Credentials(
                reader.text8(JoinRequest.USER_BYTES_MAX),
                reader.text8(JoinRequest.ROOM_TYPE_BYTES_MAX),
                reader.text8(JoinRequest.ROOM_ID_BYTES_MAX),
                reader.u64(),
                reader.u64(),
                reader.u8() == 0 ? null : readTicket(reader));
    }

    private static Ticket readTicket(WireReader reader) {
        byte[] session = reader.raw(SessionId.BYTES);
        byte[] token = reader.raw(ReconnectToken.BYTES);
        return new Ticket(
                SessionId.of(Arrays.copyOf(session, SessionId.BYTES), 0),
                ReconnectToken.of(Arrays.copyOf(token, ReconnectToken.BYTES)),
                reader.u32(),
                reader.u64(),
                reader.u64(),
                reader.text8(JoinRequest.ROOM_ID_BYTES_MAX),
                reader.text8(JoinRequest.USER_BYTES_MAX));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static CredentialsUnreadableException unusable(CredentialStore store, String why) {
        return new CredentialsUnreadableException("The credentials in " + store + " are unusable (" + why
                + "); clear the store (remove the file) to join anew.");
    }
}
