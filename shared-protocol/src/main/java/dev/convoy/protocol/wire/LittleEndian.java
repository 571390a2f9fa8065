package dev.convoy.protocol.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian integers in byte arrays: the byte order of KCP, and of everything here. */
public final class LittleEndian {
    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /** The unsigned 16-bit integer at {@code offset}, 0 to 65535. */
    public static int u16(byte[] bytes, int offset) {
        return (short) U16.get(bytes, offset) & 0xFFFF;
    }

    /** The 32 bits at {@code offset}; unsigned by the field's meaning. */
    public static int u32(byte[] bytes, int offset) {
        return (int) U32.get(bytes, offset);
    }

    /** The 64 bits at {@code offset}; unsigned by the field's meaning. */
    public static long u64(byte[] bytes, int offset) {
        return (long) U64.get(bytes, offset);
    }

    public static void putU16(byte[] bytes, int offset, int value) {
        U16.set(bytes, offset, (short) value);
    }

    public static void putU32(byte[] bytes, int offset, int value) {
        U32.set(bytes, offset, value);
    }

    public static void putU64(byte[] bytes, int offset, long value) {
        U64.set(bytes, offset, value);
    }
}
