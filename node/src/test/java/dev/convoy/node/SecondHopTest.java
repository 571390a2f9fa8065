package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.SecondHop;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams that a router with an old table has sent to the wrong node or shard. */
class SecondHopTest {
    private @Nullable TestNode one;
    private @Nullable TestNode two;

    @AfterEach
    void stop() {
        if (one != null) one.close();
        if (two != null) two.close();
    }

    @Test
    void whatCameToTheWrongShardReachesTheRightOneAndTheAnswerTheRouter() {
        one = TestNode.start(settings -> TestNode.withShards(settings, 2));
        SocketWay right = one.socketWay();
        // All that the player ever sends goes to the other shard.
        Way wrong = new Way() {
            @Override
            public void send(byte[] datagram) {
                right.send(datagram, 1 - right.shardOf(datagram));
            }

            @Override
            public byte @Nullable [] receive() {
                return right.receive();
            }

            @Override
            public void close() {
                right.close();
            }
        };
        TestPlayer ann = new TestPlayer(wrong, "ann", ScriptedRoom.TYPE, TestRedis.freshName("room")).join();
        ann.say("hello");
        ann.awaitHeard("1:hello");
    }

    @Test
    void whatCameToTheWrongNodeReachesTheOneOfItsConv() {
        one = TestNode.start(settings -> TestNode.withShards(settings, 2));
        two = TestNode.start(settings -> settings);
        SocketWay right = one.socketWay();
        SocketWay wrong = two.socketWay();
        boolean[] isAstray = new boolean[1];
        Way way = new Way() {
            @Override
            public void send(byte[] datagram) {
                if (isAstray[0]) right.sendTo(datagram, wrong.port(0));
                else right.send(datagram);
            }

            @Override
            public byte @Nullable [] receive() {
                return right.receive();
            }

            @Override
            public void close() {
                right.close();
                wrong.close();
            }
        };
        TestPlayer ann = new TestPlayer(way, "ann", ScriptedRoom.TYPE, TestRedis.freshName("room")).join();
        isAstray[0] = true;
        ann.say("hello");
        ann.awaitHeard("1:hello");
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 10.9.8.7", "10.1.2.3, 2001:db8::9", "2001:db8::1, 10.9.8.7", "2001:db8::1, 2001:db8::9"})
    void unwrappingGivesBackWhatWasWrapped(String client, String router) throws IOException {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(router), 40_001);
        for (int rest : new int[] {0, 1, 24, 1200}) {
            byte[] sent = datagram(InetAddress.getByName(client), rest);
            byte[] wrapped = SecondHop.wrap(sent, sent.length, from);
            assertThat(wrapped).hasSize(sent.length + SecondHop.BYTES);
            assertThat(PathHeader.hasHopped(wrapped, 0)).isTrue();
            assertThat(SecondHop.isWhole(wrapped, wrapped.length)).isTrue();
            assertThat(SecondHop.router(wrapped)).isEqualTo(from);
            int length = SecondHop.unwrap(wrapped, wrapped.length);
            assertThat(Arrays.copyOf(wrapped, length)).isEqualTo(sent);
        }
    }

    @Test
    void oneThatIsCutOffIsNotWhole() throws IOException {
        byte[] sent = datagram(InetAddress.getByName("10.1.2.3"), 0);
        byte[] wrapped = SecondHop.wrap(sent, sent.length, new InetSocketAddress("10.9.8.7", 1));
        for (int length = PathHeader.IPV4_BYTES; length < wrapped.length; length++) {
            assertThat(SecondHop.isWhole(wrapped, length)).isFalse();
        }
    }

    private static byte[] datagram(InetAddress client, int rest) {
        byte[] address = client.getAddress();
        byte[] bytes = new byte[PathHeader.ADDRESS_OFFSET + address.length + rest];
        new SplittableRandom(rest).nextBytes(bytes);
        bytes[0] = (byte) (address.length == 4 ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6);
        bytes[1] = 0;
        System.arraycopy(address, 0, bytes, PathHeader.ADDRESS_OFFSET, address.length);
        return bytes;
    }
}
