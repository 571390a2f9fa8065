package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.Text;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;
import java.util.Objects;

/**
 * Who wants in, and where: part of every connect and of every reconnect, because a token restores a
 * session and authorises nothing else.
 *
 * @param user the name, 1 to {@value #USER_BYTES_MAX} bytes of UTF-8
 * @param credential the login, e.g. a JWT, at most {@value #CREDENTIAL_BYTES_MAX} bytes; empty when anonymous
 * @param roomType at most {@value #ROOM_TYPE_BYTES_MAX} bytes; empty = the node's default type
 * @param roomId at most {@value #ROOM_ID_BYTES_MAX} bytes; empty = a room of one's own
 * @param password of the room, at most {@value #PASSWORD_BYTES_MAX} bytes; empty = none
 * @param options for {@code onCreate} when this request creates the room, at most {@value #OPTIONS_BYTES_MAX} bytes
 */
public record JoinRequest(
        String user, byte[] credential, String roomType, String roomId, String password, byte[] options) {
    public static final int USER_BYTES_MAX = 64;
    public static final int CREDENTIAL_BYTES_MAX = 600;
    public static final int ROOM_TYPE_BYTES_MAX = 32;
    public static final int ROOM_ID_BYTES_MAX = 64;
    public static final int PASSWORD_BYTES_MAX = 64;
    public static final int OPTIONS_BYTES_MAX = 128;

    /** Checks the bounds, so that whoever asks is told at once what a node would drop in silence. */
    public JoinRequest {
        Text.require(user, USER_BYTES_MAX, "the user");
        requireBytes(credential, CREDENTIAL_BYTES_MAX, "the credential");
        Text.require(roomType, ROOM_TYPE_BYTES_MAX, "the room type");
        Text.require(roomId, ROOM_ID_BYTES_MAX, "the room id");
        Text.require(password, PASSWORD_BYTES_MAX, "the password");
        requireBytes(options, OPTIONS_BYTES_MAX, "the options");
    }

    void write(WireWriter writer) {
        writer.text8(user)
                .bytes16(credential)
                .text8(roomType)
                .text8(roomId)
                .text8(password)
                .bytes16(options);
    }

    static JoinRequest read(WireReader reader) {
        return new JoinRequest(
                reader.text8(USER_BYTES_MAX),
                reader.bytes16(CREDENTIAL_BYTES_MAX),
                reader.text8(ROOM_TYPE_BYTES_MAX),
                reader.text8(ROOM_ID_BYTES_MAX),
                reader.text8(PASSWORD_BYTES_MAX),
                reader.bytes16(OPTIONS_BYTES_MAX));
    }

    private static void requireBytes(byte[] bytes, int bytesMax, String name) {
        if (bytes.length <= bytesMax) return;
        throw new IllegalArgumentException(name + " must have at most " + bytesMax + " bytes, not " + bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JoinRequest that
                && user.equals(that.user)
                && Arrays.equals(credential, that.credential)
                && roomType.equals(that.roomType)
                && roomId.equals(that.roomId)
                && password.equals(that.password)
                && Arrays.equals(options, that.options);
    }

    @Override
    public int hashCode() {
        return Objects.hash(user, roomType, roomId);
    }

    /** Without the credential and the password. */
    @Override
    public String toString() {
        return "JoinRequest(" + user + " → " + roomType + "/" + roomId + ")";
    }
}
