package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.ResetKey;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.router.NodeRoute.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any bytes at all through the handlers: none throws, each is counted once, and every buffer ends where it must. */
class HandlersFuzzTest {
    private static final long SEED = 20261120;
    private static final int ROUNDS = 300_000;

    private final Level levelBefore = ResourceLeakDetector.getLevel();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final CurrentTable current = new CurrentTable();
    private final RouterCounters counters = new RouterCounters();
    private final EmbeddedChannel inside = new EmbeddedChannel();

    @BeforeEach
    void beStrict() {
        ResourceLeakDetector.setLevel(Level.PARANOID);
        current.set(new RouteTable(List.of(
                RouteTableTest.row(1, 1, State.ACCEPTING, false),
                RouteTableTest.row(2, 4, State.DRAINING, true),
                RouteTableTest.row(3, 2, State.DEAD, false))));
    }

    @AfterEach
    void beAsBefore() {
        ResourceLeakDetector.setLevel(levelBefore);
    }

    @Test
    void fromClients() {
        LimitSettings wide = new LimitSettings(100_000_000, 100_000_000, 100_000_000, 100_000_000, 1_000_000, 24, 56);
        WayIn wayIn = new WayIn(
                current, counters, new LoopLimits(wide, 1, random, System.nanoTime()), new ResetKey(new byte[32]));
        ReceiveBuffers buffers = UdpTransport.NIO.receiveBuffers(PathHeader.BYTES_MAX);
        EmbeddedChannel outside = new EmbeddedChannel(new FromClients(wayIn, counters, buffers, inside));
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuf datagram = datagram(PathHeader.BYTES_MAX);
            InetSocketAddress sender =
                    new InetSocketAddress("10.1." + random.nextInt(256) + ".1", random.nextInt(65536));
            outside.writeInbound(new DatagramPacket(datagram, sender, sender));
            assertEnded(datagram, outside, i);
        }
        buffers.close();
        assertThat(sum(Outcome.Way.CLIENT)).isEqualTo(ROUNDS);
        for (Outcome common : List.of(
                Outcome.ROUTED_BY_CONV,
                Outcome.ROUTED_BY_AFFINITY,
                Outcome.RESET_SENT,
                Outcome.MALFORMED,
                Outcome.OVERSIZE,
                Outcome.SERVER_TYPE,
                Outcome.UNKNOWN_SERVER)) {
            assertThat(counters.get(common)).as("%s, seed %d", common, SEED).isPositive();
        }
    }

    @Test
    void fromNodes() {
        InetSocketAddress node = RouteTableTest.addresses(1, 1).get(0);
        EmbeddedChannel outside = new EmbeddedChannel();
        EmbeddedChannel from = new EmbeddedChannel(new FromNodes(new WayBack(current, counters), counters, outside));
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuf datagram = datagram(0);
            int length = datagram.readableBytes();
            if (length > 1 && random.nextInt(4) > 0) {
                datagram.setByte(0, random.nextBoolean() ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6);
                datagram.setByte(1, 0);
            }
            from.writeInbound(new DatagramPacket(datagram, node, node));
            assertEnded(datagram, outside, i);
        }
        assertThat(sum(Outcome.Way.NODE)).isEqualTo(ROUNDS);
        assertThat(counters.get(Outcome.RETURNED)).isPositive();
        assertThat(counters.get(Outcome.PATH_MALFORMED)).isPositive();
        assertThat(counters.get(Outcome.ANSWER_OVERSIZE)).isPositive();
    }

    /** Dropped, or on its way out and held by nobody else. */
    private void assertEnded(ByteBuf datagram, EmbeddedChannel other, int round) {
        int outgoing = 0;
        for (EmbeddedChannel channel : new EmbeddedChannel[] {inside, other}) {
            channel.flushOutbound();
            for (Object sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
                assertThat(ReferenceCountUtil.refCnt(sent)).isEqualTo(1);
                ReferenceCountUtil.release(sent);
                outgoing++;
            }
        }
        assertThat(datagram.refCnt()).as("seed %d, round %d", SEED, round).isZero();
        assertThat(outgoing).isLessThanOrEqualTo(1);
    }

    /** Half of it noise, half of it almost right: a proper first word, any length. */
    private ByteBuf datagram(int headroomBytes) {
        int length = random.nextInt(random.nextInt(4) == 0 ? 1300 : 64);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (length > 4 && random.nextBoolean()) {
            bytes[3] = random.nextBoolean() ? (byte) random.nextInt(5) : (byte) 'K';
            if (bytes[3] == 'K') {
                bytes[2] = 'C';
                bytes[1] = 'P';
                bytes[0] = (byte) "123456789AB".charAt(random.nextInt(11));
            }
        }
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(headroomBytes + length)
                .writeZero(headroomBytes)
                .writeBytes(bytes)
                .readerIndex(headroomBytes);
    }

    private long sum(Outcome.Way way) {
        long sum = 0;
        for (Outcome outcome : Outcome.values()) {
            if (outcome.way() == way) sum += counters.get(outcome);
        }
        return sum + counters.get(Outcome.FAULT) * ROUNDS * 2L;
    }
}
