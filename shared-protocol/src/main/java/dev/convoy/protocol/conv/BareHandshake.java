package dev.convoy.protocol.conv;

import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;
import org.jspecify.annotations.Nullable;

/**
 * The seed document's own handshakes: three words of 32 bits, told from the full ones by their length, so that any KCP
 * library can get a conv with a dozen lines.
 *
 * <pre>
 * KCP1  magic · version = 1 · temporary conv      a conv, please
 * KCP2  magic · conv        · result
 * KCP3  magic · conv        · token               this conv, please
 * KCP4  magic · conv        · result
 * </pre>
 *
 * @param type CONNECT, ACCEPT, PROPOSE or VERDICT
 * @param second the version in a CONNECT, else the conv
 * @param third the temporary conv in a CONNECT, the token in a PROPOSE, else the result
 */
public record BareHandshake(ControlType type, int second, int third) {
    public static final int BYTES = 12;
    public static final int VERSION = 1;

    /** The request for any conv. */
    public static BareHandshake connect(int temporary) {
        return new BareHandshake(ControlType.CONNECT, VERSION, temporary);
    }

    /** The request for this conv. */
    public static BareHandshake propose(int conv, int token) {
        return new BareHandshake(ControlType.PROPOSE, conv, token);
    }

    /** The answer to this request; as large as the request. */
    public BareHandshake answer(ConvVerdict verdict) {
        return answer(verdict.conv(), verdict.result().code());
    }

    /** The answer with this conv and result. */
    public BareHandshake answer(int conv, int result) {
        ControlType answer = type == ControlType.CONNECT ? ControlType.ACCEPT : ControlType.VERDICT;
        return new BareHandshake(answer, conv, result);
    }

    /** The handshake in these bytes, or null when they are none. */
    public static @Nullable BareHandshake parse(byte[] bytes, int offset, int length) {
        if (length != BYTES) return null;
        ControlType type = ControlType.of(LittleEndian.u32(bytes, offset));
        if (type == null || !isBare(type)) return null;
        int second = LittleEndian.u32(bytes, offset + 4);
        if (type == ControlType.CONNECT && second != VERSION) return null;
        return new BareHandshake(type, second, LittleEndian.u32(bytes, offset + 8));
    }

    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        LittleEndian.putU32(bytes, 0, type.magic());
        LittleEndian.putU32(bytes, 4, second);
        LittleEndian.putU32(bytes, 8, third);
        return bytes;
    }

    private static boolean isBare(ControlType type) {
        return switch (type) {
            case CONNECT, ACCEPT, PROPOSE, VERDICT -> true;
            default -> false;
        };
    }
}
