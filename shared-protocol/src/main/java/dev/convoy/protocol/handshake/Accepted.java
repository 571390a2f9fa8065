package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.SessionId;
import dev.convoy.protocol.wire.Text;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;

/**
 * You are in.
 *
 * @param roomId the room joined, which the node named when the request named none
 * @param playerId who you are in that room, text of at most {@value #PLAYER_ID_BYTES_MAX} bytes
 */
public record Accepted(Grant grant, SessionId session, String roomId, String playerId) implements Answer {
    public static final int PLAYER_ID_BYTES_MAX = 64;

    /** Checks the bounds. */
    public Accepted {
        Text.require(roomId, JoinRequest.ROOM_ID_BYTES_MAX, "the room id");
        Text.require(playerId, PLAYER_ID_BYTES_MAX, "the player id");
    }

    @Override
    public byte[] encode() {
        WireWriter writer = Answer.writer(RESULT_OK);
        grant.write(writer);
        return writer.raw(session.toBytes()).text8(roomId).text8(playerId).toBytes();
    }

    static Accepted read(WireReader reader) {
        Grant grant = Grant.read(reader);
        byte[] session = reader.raw(SessionId.BYTES);
        SessionId id = SessionId.of(reader.isIntact() ? session : new byte[SessionId.BYTES], 0);
        return new Accepted(grant, id, reader.text8(JoinRequest.ROOM_ID_BYTES_MAX), reader.text8(PLAYER_ID_BYTES_MAX));
    }
}
