package dev.convoy.protocol.handshake;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;

/**
 * A control datagram taken apart: the header's fields, the security suite, the address-validation cookie
 * and the record inside, still encoded (and, in the sealed suite, still encrypted).
 *
 * <pre>
 * header (24) · suite u8 · cookie bytes u8 · payload bytes u16 · cookie · payload · zeros
 * </pre>
 *
 * In a probe and its reply, all that follows the header is the payload. Requests are filled with zeros to {@value #REQUEST_BYTES_MIN} bytes, and no answer is larger than that.
 */
public record Envelope(
        ControlType type, int target, long affinity, long attempt, int suite, byte[] cookie, byte[] payload)
        implements ControlDatagram {
    public static final int SUITE_PLAIN = 0;
    public static final int SUITE_SEALED = 1;
    /** A request is at least this long, an answer at most. */
    public static final int REQUEST_BYTES_MIN = 512;

    static final byte[] NO_COOKIE = new byte[0];
    private static final int COOKIE_BYTES_MAX = 32;
    private static final int BODY_HEADER_BYTES = 4;

    /** A request of a client: padded, so that no answer is larger. */
    public static Envelope request(
            ControlType type, int target, long affinity, long attempt, int suite, byte[] record) {
        return new Envelope(type, target, affinity, attempt, suite, NO_COOKIE, record);
    }

    /** The datagram that answers this request: same affinity, same attempt, the type that the request calls for. */
    public Envelope answer(Answer answer) {
        byte[] record = answer.encode();
        if (answer instanceof Redirect redirect)
            return new Envelope(ControlType.REDIRECT, redirect.serverId(), affinity, attempt, suite, NO_COOKIE, record);
        if (answer instanceof Retry)
            return new Envelope(ControlType.RETRY, target, affinity, attempt, SUITE_PLAIN, NO_COOKIE, record);
        return new Envelope(answerType(), target, affinity, attempt, suite, NO_COOKIE, record);
    }

    /** The same request with the cookie of a {@link Retry}. */
    public Envelope withCookie(byte[] retried) {
        return new Envelope(type, target, affinity, attempt, suite, retried, payload);
    }

    /** The same answer marked as what it is when nobody has opened the request. */
    public Envelope inTheClear() {
        return new Envelope(type, target, affinity, attempt, SUITE_PLAIN, NO_COOKIE, payload);
    }

    /** The same answer with its record hidden in message 2 of a handshake, behind its type and target. */
    public Envelope sealed(byte[] message) {
        return new Envelope(type, target, affinity, attempt, SUITE_SEALED, cookie, message);
    }

    /** What message 2 hid, as the envelope that it would have been in the clear; nothing of the clear header but its echoes is left. */
    public Envelope opened(SealedRecord hidden) {
        return new Envelope(hidden.type(), hidden.target(), affinity, attempt, suite, NO_COOKIE, hidden.record());
    }

    /** The same request for one node, as after a redirect; 0 = any node. */
    public Envelope withTarget(int serverId) {
        return new Envelope(type, serverId, affinity, attempt, suite, cookie, payload);
    }

    static ControlDatagram parse(ControlType type, byte[] bytes, int offset, int length) {
        if (isRequest(type) && length < REQUEST_BYTES_MIN) return ControlDrop.NOT_PADDED;
        if (isProbe(type)) return probe(type, bytes, offset, length);
        WireReader reader = new WireReader(bytes, offset + ControlHeader.BYTES, length - ControlHeader.BYTES);
        int suite = reader.u8();
        int cookieBytes = reader.u8();
        int payloadBytes = reader.u16();
        byte[] cookie = reader.raw(cookieBytes);
        byte[] payload = reader.raw(payloadBytes);
        if (!reader.isIntact() || cookieBytes > COOKIE_BYTES_MAX) return ControlDrop.MALFORMED;
        return new Envelope(
                type,
                ControlHeader.target(bytes, offset),
                ControlHeader.affinity(bytes, offset),
                ControlHeader.attempt(bytes, offset),
                suite,
                cookie,
                payload);
    }

    private static Envelope probe(ControlType type, byte[] bytes, int offset, int length) {
        int target = ControlHeader.target(bytes, offset);
        long affinity = ControlHeader.affinity(bytes, offset);
        long attempt = ControlHeader.attempt(bytes, offset);
        byte[] body = Arrays.copyOfRange(bytes, offset + ControlHeader.BYTES, offset + length);
        return new Envelope(type, target, affinity, attempt, SUITE_PLAIN, NO_COOKIE, body);
    }

    /**
     * The datagram.
     *
     * @throws IllegalArgumentException when it would be larger than {@link ControlDatagram#BYTES_MAX}
     */
    public byte[] encode() {
        int bodyHeader = isProbe(type) ? 0 : BODY_HEADER_BYTES + cookie.length;
        int length = ControlHeader.BYTES + bodyHeader + payload.length;
        if (length > BYTES_MAX) throw new IllegalArgumentException("a control datagram of " + length + " bytes");
        byte[] head = new byte[ControlHeader.BYTES];
        ControlHeader.write(head, 0, type, target, affinity, attempt);
        if (isProbe(type)) return new WireWriter().raw(head).raw(payload).toBytes();
        WireWriter writer = new WireWriter().raw(head).u8(suite).u8(cookie.length);
        writer.u16(payload.length).raw(cookie).raw(payload);
        if (isRequest(type) && length < REQUEST_BYTES_MIN) writer.raw(new byte[REQUEST_BYTES_MIN - length]);
        return writer.toBytes();
    }

    private ControlType answerType() {
        return switch (type) {
            case CONNECT -> ControlType.ACCEPT;
            case PROPOSE -> ControlType.VERDICT;
            case RECONNECT -> ControlType.RESUMED;
            default -> throw new IllegalStateException(type + " is no request");
        };
    }

    private static boolean isProbe(ControlType type) {
        return type == ControlType.PROBE || type == ControlType.PROBE_REPLY;
    }

    private static boolean isRequest(ControlType type) {
        return type == ControlType.CONNECT || type == ControlType.PROPOSE || type == ControlType.RECONNECT;
    }
}
