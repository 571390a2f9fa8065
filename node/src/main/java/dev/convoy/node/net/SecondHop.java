package dev.convoy.node.net;

import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * How a node passes a datagram on that a router sent to it by an old table: with the hop bit set, and the router behind
 * the client in its path header, because the answer goes to the router and not to us.
 *
 * <pre>
 * | path header, hop bit set | router port u16 | router address, 16 bytes | datagram
 * </pre>
 *
 * Pure but for the arrays that it works on. A datagram with the hop bit is never passed on again.
 */
public final class SecondHop {
    private static final int ADDRESS_OFFSET = 2;
    private static final int ADDRESS_BYTES = 16;
    private static final int IPV4_BYTES = 4;
    private static final int MAPPED_BYTES = ADDRESS_BYTES - IPV4_BYTES;
    /** By how much a datagram grows. */
    public static final int BYTES = ADDRESS_OFFSET + ADDRESS_BYTES;

    private SecondHop() {}

    /** The datagram of {@code length} bytes, which begins with a whole path header, as it is passed on. */
    public static byte[] wrap(byte[] bytes, int length, InetSocketAddress router) {
        int header = PathHeader.bytes(bytes[0]);
        byte[] wrapped = new byte[length + BYTES];
        System.arraycopy(bytes, 0, wrapped, 0, header);
        wrapped[PathHeader.KIND_OFFSET] |= (byte) PathHeader.HOP_BIT;
        LittleEndian.putU16(wrapped, header, router.getPort());
        byte[] address = router.getAddress().getAddress();
        if (address.length == IPV4_BYTES) {
            wrapped[header + ADDRESS_OFFSET + MAPPED_BYTES - 2] = (byte) 0xFF;
            wrapped[header + ADDRESS_OFFSET + MAPPED_BYTES - 1] = (byte) 0xFF;
        }
        System.arraycopy(address, 0, wrapped, header + BYTES - address.length, address.length);
        System.arraycopy(bytes, header, wrapped, header + BYTES, length - header);
        return wrapped;
    }

    /** True when {@code length} bytes begin with a whole path header and the router behind it. */
    public static boolean isWhole(byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        return length >= header + BYTES && LittleEndian.u16(bytes, header) != 0;
    }

    /** The router that a datagram came through, which has hopped and is whole. */
    public static InetSocketAddress router(byte[] bytes) {
        int header = PathHeader.bytes(bytes[0]);
        byte[] address = new byte[ADDRESS_BYTES];
        System.arraycopy(bytes, header + ADDRESS_OFFSET, address, 0, ADDRESS_BYTES);
        try {
            // An IPv4 address in the form of IPv6 becomes an Inet4Address.
            return new InetSocketAddress(InetAddress.getByAddress(address), LittleEndian.u16(bytes, header));
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    /** Makes of a datagram that has hopped, and is whole, what its router had sent. Returns its length. */
    public static int unwrap(byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        bytes[PathHeader.KIND_OFFSET] &= (byte) ~PathHeader.HOP_BIT;
        System.arraycopy(bytes, header + BYTES, bytes, header, length - header - BYTES);
        return length - BYTES;
    }
}
