package dev.convoy.protocol.peer;

import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a PEER frame carries, from a client to its node and from the node to the other client: kind u8 · line u64 · the rest.
 *
 * <pre>
 * 1 OPEN    player text8 (towards the node: who is asked; from it: who asks) · offer
 * 2 ANSWER  offer
 * 3 ROUND   round u8 · contribution u32
 * 4 END     code u16
 * 5 RELAY   packet
 * </pre>
 */
public sealed interface PeerMessage {
    int OPEN = 1;
    int ANSWER = 2;
    int ROUND = 3;
    int END = 4;
    int RELAY = 5;

    /** In front of a relayed packet. */
    int RELAY_HEADER_BYTES = 9;

    /** The number that the opener drew for the line. */
    long line();

    byte[] encode();

    /** Somebody asks for a line. */
    record Open(long line, String player, PeerOffer offer) implements PeerMessage {
        @Override
        public byte[] encode() {
            WireWriter writer = head(OPEN, line).text8(player);
            offer.write(writer);
            return writer.toBytes();
        }
    }

    /** Whoever was asked takes the line. */
    record Answer(long line, PeerOffer offer) implements PeerMessage {
        @Override
        public byte[] encode() {
            WireWriter writer = head(ANSWER, line);
            offer.write(writer);
            return writer.toBytes();
        }
    }

    /** A fresh contribution, because the conv of the round before was none or in use. */
    record Round(long line, int round, int contribution) implements PeerMessage {
        @Override
        public byte[] encode() {
            return head(ROUND, line).u8(round).u32(contribution).toBytes();
        }
    }

    /** There is no such line (any more); an error code's number says why. */
    record End(long line, int code) implements PeerMessage {
        @Override
        public byte[] encode() {
            return head(END, line).u16(code).toBytes();
        }
    }

    /** A sealed packet of the line, which nobody on the way can read. */
    record Relay(long line, byte[] packet) implements PeerMessage {
        @Override
        public byte[] encode() {
            return head(RELAY, line).raw(packet).toBytes();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Relay that && line == that.line && Arrays.equals(packet, that.packet);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(line);
        }
    }

    /** The message in a frame's payload, or null when it is none. */
    static @Nullable PeerMessage parse(byte[] payload) {
        WireReader reader = new WireReader(payload, 0, payload.length);
        int kind = reader.u8();
        long line = reader.u64();
        PeerMessage message = switch (kind) {
            case OPEN -> readOpen(line, reader);
            case ANSWER -> readAnswer(line, reader);
            case ROUND -> new Round(line, reader.u8(), reader.u32());
            case END -> new End(line, reader.u16());
            case RELAY -> new Relay(line, reader.raw(reader.remaining()));
            default -> null;
        };
        return reader.isIntact() ? message : null;
    }

    private static @Nullable PeerMessage readOpen(long line, WireReader reader) {
        String player = reader.text8(JoinRequest.USER_BYTES_MAX);
        PeerOffer offer = PeerOffer.read(reader);
        if (offer == null || player.isEmpty()) return null;
        return new Open(line, player, offer);
    }

    private static @Nullable PeerMessage readAnswer(long line, WireReader reader) {
        PeerOffer offer = PeerOffer.read(reader);
        if (offer == null) return null;
        return new Answer(line, offer);
    }

    private static WireWriter head(int kind, long line) {
        return new WireWriter().u8(kind).u64(line);
    }
}
