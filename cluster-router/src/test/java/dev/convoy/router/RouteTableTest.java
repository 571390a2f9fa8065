package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ServerId;
import dev.convoy.router.NodeRoute.State;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final long KEY = Affinity.ofRoom("lobby");

    @Test
    void aConvGoesToTheShardOfItsSequence() {
        NodeRoute row = row(7, 4, State.ACCEPTING, false);
        NodeRoute last = row(0xFE, 4, State.DEAD, false);
        RouteTable table = table(row, last);
        for (int sequence = 0; sequence < 1000; sequence++) {
            assertThat(table.portOfConv(7 << 24 | sequence).address)
                    .isEqualTo(row.shards().get(sequence % 4));
        }
        assertThat(table.portOfConv(0xFEFFFFFF).address).isEqualTo(last.shards().get(3));
    }

    @Test
    void theNodeThatIsNamedGetsItWhileItServesAndAnswers() {
        for (State state : State.values()) {
            for (boolean suspect : new boolean[] {false, true}) {
                RouteTable table = table(row(1, 1, State.ACCEPTING, false), row(2, 1, state, suspect));
                boolean isUp = !suspect && (state == State.ACCEPTING || state == State.DRAINING);
                for (int i = 0; i < 64; i++) {
                    // Of all keys, some would by affinity go to node 2 anyway.
                    if (isUp) assertThat(chosen(table, 2, KEY + i)).isEqualTo(2);
                    else assertThat(chosen(table, 2, KEY + i)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void onlyAcceptingNodesThatAnswerGetNewRooms() {
        RouteTable table = table(
                row(1, 1, State.JOINING, false),
                row(2, 1, State.DRAINING, false),
                row(3, 1, State.ACCEPTING, true),
                row(4, 1, State.DEAD, false),
                row(5, 1, State.ACCEPTING, false));
        for (int i = 0; i < 100; i++) assertThat(chosen(table, 0, KEY + i)).isEqualTo(5);
    }

    @Test
    void whenEverybodyIsSilentItIsSentAllTheSame() {
        RouteTable table = table(row(1, 1, State.ACCEPTING, true), row(2, 1, State.DRAINING, true));
        assertThat(chosen(table, 0, KEY)).isEqualTo(1);
        assertThat(chosen(table, 2, KEY)).isEqualTo(2);
        assertThat(chosen(table(row(4, 1, State.DEAD, true)), 4, KEY)).isEqualTo(0);
        assertThat(chosen(RouteTable.EMPTY, 0, KEY)).isEqualTo(0);
    }

    @Test
    void scoresAreComparedUnsigned() {
        RouteTable table = accepting(IntStream.rangeClosed(1, 50).boxed().toList());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            long key = random.nextLong();
            int best = chosen(table, 0, key);
            for (int other = 1; other <= 50; other++) {
                assertThat(Long.compareUnsigned(Affinity.score(key, best), Affinity.score(key, other)))
                        .isGreaterThanOrEqualTo(0);
            }
        }
    }

    @Test
    void roomsSpreadEvenlyOverAllNodesThatThereCanBe() {
        List<Integer> all = IntStream.rangeClosed(ServerId.MIN, ServerId.MAX)
                .filter(ServerId::isValid)
                .boxed()
                .toList();
        RouteTable table = accepting(all);
        Map<Integer, Integer> rooms = new HashMap<>();
        int perNode = 400;
        for (int i = 0; i < perNode * all.size(); i++) {
            rooms.merge(chosen(table, 0, Affinity.ofRoom("room-" + i)), 1, Integer::sum);
        }
        // Five standard deviations of a fair lot around the mean: 400 ± 100.
        assertThat(rooms).hasSize(ServerId.COUNT);
        assertThat(rooms.values()).allMatch(count -> count > 300 && count < 500);
    }

    @Test
    void aNodeThatLeavesMovesNoRoomsButItsOwn() {
        List<Integer> ids = new ArrayList<>(IntStream.rangeClosed(1, 10).boxed().toList());
        RouteTable before = accepting(ids);
        ids.remove(Integer.valueOf(4));
        RouteTable after = accepting(ids);
        for (int i = 0; i < 10_000; i++) {
            long key = Affinity.ofRoom("room-" + i);
            int owner = chosen(before, 0, key);
            if (owner == 4) assertThat(chosen(after, 0, key)).isNotEqualTo(4);
            else assertThat(chosen(after, 0, key)).isEqualTo(owner);
        }
    }

    @Test
    void theOrderOfTheRowsDoesNotMatter() {
        RouteTable up = accepting(List.of(1, 2, 3, 4, 5));
        RouteTable down = accepting(List.of(5, 4, 3, 2, 1));
        for (int i = 0; i < 1000; i++) assertThat(chosen(up, 0, KEY + i)).isEqualTo(chosen(down, 0, KEY + i));
    }

    @Test
    void onlyPortsOfNodesThatLiveAreNodes() {
        RouteTable table = table(row(1, 2, State.DRAINING, true), row(2, 1, State.DEAD, false));
        assertThat(isNode(table, at(1, 10_016))).isTrue();
        assertThat(isNode(table, at(1, 10_017))).isTrue();
        assertThat(isNode(table, at(1, 10_018))).isFalse();
        assertThat(isNode(table, at(2, 10_016))).isFalse();
        assertThat(isNode(table, at(1, 10_032))).isFalse();
    }

    @Test
    void allPortsOfAFullTableAreNodesAndNoOthers() {
        List<NodeRoute> rows = IntStream.rangeClosed(1, 254)
                .filter(ServerId::isValid)
                .mapToObj(id -> row(id, 16, State.ACCEPTING, false))
                .toList();
        RouteTable table = new RouteTable(rows);
        for (NodeRoute row : rows) {
            for (InetSocketAddress port : row.shards()) {
                assertThat(isNode(table, port)).isTrue();
                assertThat(isNode(table, new InetSocketAddress("127.0.0.2", port.getPort())))
                        .isFalse();
                assertThat(table.isNode(1, Ip.low(port.getAddress()), port.getPort()))
                        .isFalse();
            }
        }
        assertThat(isNode(table, at(1, 9_999))).isFalse();
        assertThat(isNode(RouteTable.EMPTY, at(1, 10_016))).isFalse();
    }

    private static boolean isNode(RouteTable table, InetSocketAddress address) {
        return table.isNode(Ip.high(address.getAddress()), Ip.low(address.getAddress()), address.getPort());
    }

    private static int chosen(RouteTable table, int target, long affinity) {
        @Nullable NodeRoute row = table.forControl(target, affinity);
        return row == null ? 0 : Objects.requireNonNull(row).serverId();
    }

    private static RouteTable accepting(List<Integer> serverIds) {
        return new RouteTable(
                serverIds.stream().map(id -> row(id, 1, State.ACCEPTING, false)).toList());
    }

    private static RouteTable table(NodeRoute... rows) {
        return new RouteTable(List.of(rows));
    }

    static NodeRoute row(int serverId, int shards, State state, boolean suspect) {
        return new NodeRoute(serverId, 1, addresses(serverId, shards), state, suspect);
    }

    /** 127.0.0.1, ports from 10000 + 16 · server id. */
    static List<InetSocketAddress> addresses(int serverId, int shards) {
        return IntStream.range(0, shards)
                .mapToObj(shard -> at(1, 10_000 + 16 * serverId + shard))
                .toList();
    }

    private static InetSocketAddress at(int lastByte, int port) {
        return new InetSocketAddress(
                Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString("127.0.0." + lastByte)), port);
    }
}
