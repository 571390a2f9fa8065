package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.SessionId;
import java.util.SplittableRandom;

/** Records with random content within the bounds, and those that need the most room. */
final class Samples {
    static final int CONV = 0x810000FE;

    private final SplittableRandom random;

    Samples(long seed) {
        random = new SplittableRandom(seed);
    }

    JoinRequest join() {
        return new JoinRequest(
                text(1, JoinRequest.USER_BYTES_MAX),
                bytes(random.nextInt(JoinRequest.CREDENTIAL_BYTES_MAX + 1)),
                text(0, JoinRequest.ROOM_TYPE_BYTES_MAX),
                text(1, JoinRequest.ROOM_ID_BYTES_MAX),
                text(0, JoinRequest.PASSWORD_BYTES_MAX),
                bytes(random.nextInt(JoinRequest.OPTIONS_BYTES_MAX + 1)));
    }

    ReconnectRequest reconnect() {
        return new ReconnectRequest(session(), token(), random.nextInt(), number(), number(), join());
    }

    Accepted accepted() {
        return new Accepted(grant(), session(), text(0, 64), text(0, 64));
    }

    Resumed resumed() {
        return new Resumed(grant(), number(), random.nextBoolean() ? Resumed.Place.SAME_NODE : Resumed.Place.RESTORED);
    }

    Refused refused() {
        return new Refused(1 + random.nextInt(0xFFFF), random.nextInt() >>> 1, text(0, 160));
    }

    Redirect redirect() {
        return new Redirect(1 + random.nextInt(254), random.nextInt() >>> 1);
    }

    Envelope request(ControlType type, byte[] record) {
        return Envelope.request(type, random.nextInt(256), random.nextLong(), random.nextLong(), 0, record);
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static JoinRequest largestJoin() {
        return new JoinRequest(
                "u".repeat(JoinRequest.USER_BYTES_MAX),
                new byte[JoinRequest.CREDENTIAL_BYTES_MAX],
                "t".repeat(JoinRequest.ROOM_TYPE_BYTES_MAX),
                "r".repeat(JoinRequest.ROOM_ID_BYTES_MAX),
                "p".repeat(JoinRequest.PASSWORD_BYTES_MAX),
                new byte[JoinRequest.OPTIONS_BYTES_MAX]);
    }

    static JoinRequest smallestJoin() {
        return new JoinRequest("u", new byte[0], "", "r", "", new byte[0]);
    }

    Grant grant() {
        return new Grant(random.nextInt(), token(), bytes(Grant.RESET_TOKEN_BYTES), number(), random.nextInt() >>> 1);
    }

    private SessionId session() {
        return new SessionId(random.nextLong(), random.nextLong());
    }

    private ReconnectToken token() {
        return ReconnectToken.of(bytes(ReconnectToken.BYTES));
    }

    private long number() {
        return random.nextLong() >>> (1 + random.nextInt(62));
    }

    /** Printable text of several alphabets, of at most so many bytes. */
    private String text(int charsMin, int bytesMax) {
        String alphabet = "abcXYZ09-_.éß房间";
        StringBuilder text = new StringBuilder();
        for (int n = charsMin + random.nextInt(bytesMax / 3 + 1 - charsMin); n > 0; n--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
