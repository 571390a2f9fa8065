package dev.convoy.protocol.kcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Datagrams by hand: fetching, carrying, forging. */
final class Wire {
    private Wire() {}

    /** All datagrams of the flush that is going on. */
    static List<byte[]> transmit(Kcp from) {
        List<byte[]> datagrams = new ArrayList<>();
        byte[] buffer = new byte[1 << 16];
        for (int bytes = from.pollTransmit(buffer, 0); bytes > 0; bytes = from.pollTransmit(buffer, 0)) {
            datagrams.add(Arrays.copyOf(buffer, bytes));
        }
        return datagrams;
    }

    /** Flushes one end and gives everything to the other. */
    static void carry(Kcp from, Kcp to, long nowMs) {
        from.flush(nowMs);
        for (byte[] datagram : transmit(from)) {
            to.input(datagram, 0, datagram.length, nowMs);
        }
    }

    static DropReason input(Kcp to, byte[] datagram, long nowMs) {
        return to.input(datagram, 0, datagram.length, nowMs);
    }

    static byte[] segment(
            int conv, int command, int fragment, int window, int timestamp, int sequence, int una, int length) {
        byte[] datagram = new byte[WireHeader.BYTES + length];
        WireHeader.write(datagram, 0, conv, command, fragment, window, timestamp, sequence, una, length);
        return datagram;
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static void send(Kcp kcp, int bytes) {
        kcp.send(new byte[bytes], 0, bytes);
    }

    static int receiveAll(Kcp kcp) {
        byte[] buffer = new byte[1 << 18];
        int messages = 0;
        while (kcp.receive(buffer, 0) >= 0) {
            messages++;
        }
        return messages;
    }
}
