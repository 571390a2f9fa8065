package dev.convoy.router;

import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.LittleEndian;

/** Datagrams as clients send them. */
final class Datagrams {
    private Datagrams() {}

    /** A data datagram: the conv, then a number that tells it from others, then padding. */
    static byte[] data(int serverId, int sequence, int number, int length) {
        byte[] bytes = new byte[length];
        LittleEndian.putU32(bytes, 0, serverId << 24 | sequence);
        LittleEndian.putU32(bytes, 4, number);
        for (int i = 8; i < length; i++) bytes[i] = (byte) (number + i);
        return bytes;
    }

    /** A data datagram's number. */
    static int number(byte[] datagram) {
        return LittleEndian.u32(datagram, 4);
    }

    static byte[] control(ControlType type, int target, long affinity) {
        byte[] bytes = new byte[ControlHeader.BYTES + 4];
        ControlHeader.write(bytes, 0, type, target, affinity, 42);
        return bytes;
    }
}
