package dev.convoy.protocol.peer;

import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a player may be reached: kind u8 (4 or 6) · port u16 · address, 4 or 16 bytes in network order.
 *
 * @param ip 4 or 16 bytes
 * @param port 1 to 65535
 */
public record PeerAddress(byte[] ip, int port) {
    private static final int IPV4_BYTES = PathHeader.IPV4_BYTES - PathHeader.ADDRESS_OFFSET;
    private static final int IPV6_BYTES = PathHeader.IPV6_BYTES - PathHeader.ADDRESS_OFFSET;
    private static final int MULTICAST_V4_FROM = 224;
    private static final int MULTICAST_V6 = 0xFF;
    private static final int LOOPBACK_V4 = 127;

    public PeerAddress {
        if (ip.length != IPV4_BYTES && ip.length != IPV6_BYTES)
            throw new IllegalArgumentException("an address of " + ip.length + " bytes");
        if (port < 1 || port > 0xFFFF) throw new IllegalArgumentException("port " + port);
    }

    /** The client's address in a whole path header; null when that has port 0. */
    public static @Nullable PeerAddress ofPathHeader(byte[] header) {
        int port = LittleEndian.u16(header, PathHeader.PORT_OFFSET);
        byte[] ip = Arrays.copyOfRange(header, PathHeader.ADDRESS_OFFSET, header.length);
        return port == 0 ? null : new PeerAddress(ip, port);
    }

    /** True when a datagram to it can reach one host that is not the sender's own; nobody is asked to send elsewhere. */
    public boolean isUnicast() {
        int first = ip[0] & 0xFF;
        return !isUnspecified()
                && (ip.length == IPV4_BYTES ? first != 0 && first < MULTICAST_V4_FROM : first != MULTICAST_V6);
    }

    /** 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        if (ip.length == IPV4_BYTES) return (ip[0] & 0xFF) == LOOPBACK_V4;
        for (int i = 0; i < IPV6_BYTES - 1; i++) if (ip[i] != 0) return false;
        return ip[IPV6_BYTES - 1] == 1;
    }

    void write(WireWriter writer) {
        writer.u8(ip.length == IPV4_BYTES ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6)
                .u16(port)
                .raw(ip);
    }

    /** The address, or null when it is none; the reader is then not to be trusted any more. */
    static @Nullable PeerAddress read(WireReader reader) {
        int header = PathHeader.bytes(reader.u8());
        int port = reader.u16();
        byte[] ip = reader.raw(header == 0 ? Integer.MAX_VALUE : header - PathHeader.ADDRESS_OFFSET);
        return reader.isIntact() && port != 0 ? new PeerAddress(ip, port) : null;
    }

    private boolean isUnspecified() {
        for (byte b : ip) if (b != 0) return false;
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerAddress that && port == that.port && Arrays.equals(ip, that.ip);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ip) + port;
    }

    @Override
    public String toString() {
        StringBuilder shown = new StringBuilder();
        for (byte b : ip) shown.append(shown.length() == 0 ? "" : ".").append(b & 0xFF);
        return shown.append(':').append(port).toString();
    }
}
