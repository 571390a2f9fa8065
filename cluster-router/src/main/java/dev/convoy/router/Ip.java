package dev.convoy.router;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * An IP address as two longs, the upper and the lower 64 bits of 16 bytes in network order; an IPv4 address is
 * {@code ::ffff:a.b.c.d} (RFC 4291, 2.5.5.2). So the data path handles addresses without an object for each.
 */
final class Ip {
    static final int BYTES = 16;
    static final int IPV4_BYTES = 4;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final long MAPPED = 0xFFFFL << Integer.SIZE;
    private static final int LOW_OFFSET = 8;

    private Ip() {}

    static long high(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == IPV4_BYTES ? 0 : high(bytes);
    }

    static long low(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == IPV4_BYTES ? ipv4(bytes) : low(bytes);
    }

    static InetAddress of(long high, long low) {
        byte[] bytes = new byte[isIpv4(high, low) ? IPV4_BYTES : BYTES];
        if (bytes.length == IPV4_BYTES) INT.set(bytes, 0, (int) low);
        else put(bytes, high, low);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
    }

    /** The lower half of an IPv4 address in the first four bytes; its upper half is 0. */
    static long ipv4(byte[] bytes) {
        return ipv4((int) INT.get(bytes, 0));
    }

    /** The lower half of an IPv4 address in network order. */
    static long ipv4(int address) {
        return MAPPED | Integer.toUnsignedLong(address);
    }

    static long high(byte[] bytes) {
        return (long) LONG.get(bytes, 0);
    }

    static long low(byte[] bytes) {
        return (long) LONG.get(bytes, LOW_OFFSET);
    }

    static void put(byte[] into, long high, long low) {
        LONG.set(into, 0, high);
        LONG.set(into, LOW_OFFSET, low);
    }
}
