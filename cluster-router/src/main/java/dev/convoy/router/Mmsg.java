package dev.convoy.router;

import io.netty.channel.epoll.Epoll;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system calls recvmmsg and sendmmsg as Netty's native library has them, without Netty's channel around them,
 * which makes some two hundred bytes of objects for every datagram: the sender's address, a packet, a slice.
 *
 * <p>Netty keeps them to its own package, so they are looked up by name, once. Where that fails (another Netty,
 * another system) {@link #isAvailable} is false and the router goes through Netty's channels; a test says so aloud when
 * it happens on Linux. See docs/decisions/0020-datagrams-without-objects.md.
 *
 * <p>A <em>packet</em> is Netty's: where the bytes are, who sent them, who shall get them. It is handled as an Object,
 * because its class cannot be named here.
 */
final class Mmsg {
    private static final Logger LOG = LoggerFactory.getLogger(Mmsg.class);
    private static final String PACKAGE = "io.netty.channel.epoll.";

    private static final @Nullable Calls CALLS = look();
    private static final MethodHandle RECEIVE = orNothing(calls -> calls.receive);
    private static final MethodHandle SEND = orNothing(calls -> calls.send);
    private static final MethodHandle SET_IOV = orNothing(calls -> calls.setIov);
    private static final MethodHandle SET_COUNT = orNothing(calls -> calls.setCount);
    private static final MethodHandle SET_SEGMENT = orNothing(calls -> calls.setSegment);
    private static final MethodHandle SET_RECIPIENT_BYTES = orNothing(calls -> calls.setRecipientBytes);
    private static final MethodHandle SET_RECIPIENT_PORT = orNothing(calls -> calls.setRecipientPort);
    private static final MethodHandle COUNT = orNothing(calls -> calls.count);
    private static final MethodHandle SENDER_BYTES = orNothing(calls -> calls.senderBytes);
    private static final MethodHandle SENDER_PORT = orNothing(calls -> calls.senderPort);

    private Mmsg() {}

    static boolean isAvailable() {
        return CALLS != null;
    }

    /** Packets for one call. */
    static Object[] newPackets(int count) {
        try {
            Calls calls = calls();
            Object[] packets = (Object[]) Array.newInstance(calls.packet, count);
            for (int i = 0; i < count; i++) packets[i] = calls.newPacket.newInstance(calls.outer);
            return packets;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The 16 bytes that a received packet's sender is written into; the same array for ever. */
    static byte[] senderAddress(Object packet) {
        return addressOf(calls().senderAddress, packet);
    }

    /** The 16 bytes that a packet's recipient is read from; the same array for ever. */
    static byte[] recipientAddress(Object packet) {
        return addressOf(calls().recipientAddress, packet);
    }

    private static byte[] addressOf(MethodHandle field, Object packet) {
        try {
            return (byte[]) field.invokeExact(packet);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /**
     * Receives into the packets' iovecs.
     *
     * @return how many were received; negative: the error's number, negated
     */
    static int receive(int fd, boolean isIpv6, Object[] packets, int count) {
        try {
            return (int) RECEIVE.invokeExact(fd, isIpv6, packets, 0, count);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /**
     * Sends packets {@code from} up to {@code from + count}.
     *
     * @return how many were sent; negative: what the first of them failed with, negated
     */
    static int send(int fd, boolean isIpv6, Object[] packets, int from, int count) {
        try {
            return (int) SEND.invokeExact(fd, isIpv6, packets, from, count);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /**
     * Where a packet's bytes are.
     *
     * @param address of the first of {@code count} structs iovec
     * @param segmentBytes into how large datagrams the system is to cut them (UDP_SEGMENT); 0 = they are one
     */
    static void setBytes(Object packet, long address, int count, int segmentBytes) {
        try {
            SET_IOV.invokeExact(packet, address);
            SET_COUNT.invokeExact(packet, count);
            SET_SEGMENT.invokeExact(packet, segmentBytes);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** Who gets it, the address already being in {@link #recipientAddress}. */
    static void setRecipient(Object packet, int port) {
        try {
            SET_RECIPIENT_BYTES.invokeExact(packet, Ip.BYTES);
            SET_RECIPIENT_PORT.invokeExact(packet, port);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    /** Bytes received. To be set again before the packet is used to receive. */
    static int length(Object packet) {
        return get(COUNT, packet);
    }

    /** 4 or 16: how many of {@link #senderAddress} count. */
    static int senderBytes(Object packet) {
        return get(SENDER_BYTES, packet);
    }

    static int senderPort(Object packet) {
        return get(SENDER_PORT, packet);
    }

    private static int get(MethodHandle field, Object packet) {
        try {
            return (int) field.invokeExact(packet);
        } catch (Throwable e) {
            throw fault(e);
        }
    }

    private static Calls calls() {
        if (CALLS == null) throw new IllegalStateException("not available here");
        return CALLS;
    }

    private static RuntimeException fault(Throwable e) {
        if (e instanceof Error error) throw error;
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }

    private static @Nullable Calls look() {
        if (!Epoll.isAvailable()) return null;
        try {
            return new Calls();
        } catch (ReflectiveOperationException | RuntimeException otherNetty) {
            LOG.warn("Datagrams go through Netty's channels: {}", otherNetty.toString());
            return null;
        }
    }

    private static MethodHandle orNothing(java.util.function.Function<Calls, MethodHandle> which) {
        return CALLS == null ? MethodHandles.zero(void.class) : which.apply(CALLS);
    }

    /** What was found, with packets as Objects. */
    private static final class Calls {
        final Class<?> packet = Class.forName(PACKAGE + "NativeDatagramPacketArray$NativeDatagramPacket");
        final Object outer;
        final Constructor<?> newPacket;
        final MethodHandle receive;
        final MethodHandle send;
        final MethodHandle setIov;
        final MethodHandle setCount;
        final MethodHandle setSegment;
        final MethodHandle setRecipientBytes;
        final MethodHandle setRecipientPort;
        final MethodHandle count;
        final MethodHandle senderBytes;
        final MethodHandle senderPort;
        final MethodHandle senderAddress;
        final MethodHandle recipientAddress;

        Calls() throws ReflectiveOperationException {
            Class<?> array = Class.forName(PACKAGE + "NativeDatagramPacketArray");
            Constructor<?> newArray = array.getDeclaredConstructor();
            newArray.setAccessible(true);
            outer = newArray.newInstance();
            newPacket = packet.getDeclaredConstructor(array);
            newPacket.setAccessible(true);
            receive = call("recvmmsg0");
            send = call("sendmmsg0");
            setIov = setter("memoryAddress", long.class);
            setCount = setter("count", int.class);
            setSegment = setter("segmentSize", int.class);
            setRecipientBytes = setter("recipientAddrLen", int.class);
            setRecipientPort = setter("recipientPort", int.class);
            count = getter("count", int.class);
            senderBytes = getter("senderAddrLen", int.class);
            senderPort = getter("senderPort", int.class);
            senderAddress = getter("senderAddr", byte[].class);
            recipientAddress = getter("recipientAddr", byte[].class);
        }

        private MethodHandle call(String name) throws ReflectiveOperationException {
            Class<?> natives = Class.forName(PACKAGE + "Native");
            MethodType type = MethodType.methodType(
                    int.class, int.class, boolean.class, packet.arrayType(), int.class, int.class);
            return MethodHandles.privateLookupIn(natives, MethodHandles.lookup())
                    .findStatic(natives, name, type)
                    .asType(type.changeParameterType(2, Object[].class));
        }

        private MethodHandle setter(String field, Class<?> type) throws ReflectiveOperationException {
            return MethodHandles.privateLookupIn(packet, MethodHandles.lookup())
                    .findSetter(packet, field, type)
                    .asType(MethodType.methodType(void.class, Object.class, type));
        }

        private MethodHandle getter(String field, Class<?> type) throws ReflectiveOperationException {
            return MethodHandles.privateLookupIn(packet, MethodHandles.lookup())
                    .findGetter(packet, field, type)
                    .asType(MethodType.methodType(type, Object.class));
        }
    }
}
