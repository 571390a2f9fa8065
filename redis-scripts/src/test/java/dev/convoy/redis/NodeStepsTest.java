package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Server ids are few, so every test begins with an empty Redis. */
class NodeStepsTest extends RedisTest {
    private static final Duration NO_QUARANTINE = Duration.ZERO;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final NodeLeases leases = redis.nodeLeases();
    private final NodeLeases others = other.nodeLeases();

    @BeforeEach
    void emptyRedis() {
        raw.call("FLUSHDB");
    }

    private Lease acquire(String instance, int preferred) {
        return get(leases.acquire(instance, preferred, ADDRESS, TTL));
    }

    private void awaitNextMillisecond() {
        long ms = redisMs();
        while (redisMs() == ms) {
            Thread.onSpinWait();
        }
    }

    private long redisMs() {
        List<?> time = (List<?>) Objects.requireNonNull(raw.call("TIME"));
        return Long.parseLong(time.get(0).toString()) * 1000
                + Long.parseLong(time.get(1).toString()) / 1000;
    }

    @Test
    void theWishIsGrantedIfItIsFree() {
        Lease lease = acquire("node-4", 5);
        assertThat(lease.serverId()).isEqualTo(5);
        assertThat(lease.address()).isEqualTo(ADDRESS);
        LeaseView view = get(others.read(5)).orElseThrow();
        assertThat(view.epoch()).isEqualTo(lease.epoch());
        assertThat(view.instance()).isEqualTo("node-4");
        assertThat(view.state()).isEqualTo(NodeState.JOINING);
        assertThat(view.ttlMs()).isBetween(15_000L, 20_000L);
    }

    @Test
    void aWishThatIsTakenOrCannotBeGivesTheLowestFreeId() {
        assertThat(acquire("a", 1).serverId()).isEqualTo(1);
        assertThat(acquire("b", 1).serverId()).isEqualTo(2);
        assertThat(acquire("c", 0).serverId()).isEqualTo(3);
        assertThat(acquire("d", 0x4B).serverId()).isEqualTo(4);
        assertThat(acquire("e", 255).serverId()).isEqualTo(5);
        assertThat(acquire("f", -7).serverId()).isEqualTo(6);
    }

    @Test
    void allIdsAreGivenOnceAndThenNone() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 253; i++) {
            given.add(acquire("node-" + i, i + 1).serverId());
        }
        assertThat(given).hasSize(253).doesNotContain(0, 0x4B, 255);
        assertThatThrownBy(() -> acquire("one-too-many", 0))
                .isInstanceOf(NoServerIdFree.class)
                .hasMessageContaining("253")
                .satisfies(e -> assertThat(((NoServerIdFree) e).retryAfterMs()).isBetween(1L, 60_000L));
    }

    @Test
    void manyWhoAskAtOnceGetDifferentIds() {
        var stages = IntStream.range(0, 40)
                .mapToObj(i -> (i % 2 == 0 ? leases : others).acquire("node-" + i, 0, ADDRESS, TTL))
                .toList();
        assertThat(stages.stream().map(stage -> get(stage).serverId())).doesNotHaveDuplicates();
    }

    @Test
    void ofTwoWhoWishForOneIdAtOnceOneGetsIt() {
        for (int i = 254; i > 214; i--) {
            var a = leases.acquire("a" + i, i, ADDRESS, TTL);
            var b = others.acquire("b" + i, i, ADDRESS, TTL);
            assertThat(List.of(get(a).serverId(), get(b).serverId())).containsOnlyOnce(i);
        }
    }

    @Test
    void theSameInstanceHasItsIdBackAtOnceUnderANewEpochAndTheOldOneIsLost() {
        Lease before = acquire("node-0", 1);
        Lease after = acquire("node-0", 1);
        assertThat(after.serverId()).isEqualTo(1);
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertThat(get(leases.renew(before, NodeState.ACCEPTING, 0, TTL))).isEqualTo(new Renewal.Lost(after.epoch()));
        get(leases.release(before, NO_QUARANTINE));
        assertThat(get(leases.read(1)))
                .as("a release by the old holder changes nothing")
                .map(LeaseView::epoch)
                .contains(after.epoch());
    }

    @Test
    void anInstanceWithoutAWishFindsItsOldIdAgain() {
        acquire("x", 1);
        Lease before = acquire("node-7", 9);
        get(leases.release(before, MINUTE));
        assertThat(acquire("node-7", 0).serverId()).isEqualTo(9);
    }

    @Test
    void aReleasedIdIsKeptFromOthersForTheQuarantine() {
        Lease lease = acquire("a", 3);
        get(leases.release(lease, MINUTE));
        assertThat(get(leases.read(3))).isEmpty();
        assertThat(acquire("b", 3).serverId()).isEqualTo(1);
        assertThat(get(leases.renew(lease, NodeState.ACCEPTING, 0, TTL))).isEqualTo(new Renewal.Lost(lease.epoch()));
        Lease back = acquire("a", 3);
        assertThat(back.serverId()).isEqualTo(3);
        assertThat(back.epoch()).isGreaterThan(lease.epoch());
    }

    @Test
    void afterTheQuarantineAnybodyMayHaveItUnderANewEpoch() {
        Lease lease = acquire("a", 3);
        get(leases.release(lease, NO_QUARANTINE));
        Lease next = acquire("b", 3);
        assertThat(next.serverId()).isEqualTo(3);
        assertThat(next.epoch()).isGreaterThan(lease.epoch());
    }

    @Test
    void aLeaseThatRanOutIsKeptFromOthersForTheQuarantineOnly() throws InterruptedException {
        try (ConvoyRedis quick = ConvoyRedis.connect(RedisSettings.of(TestRedis.uri())
                .withServerIdQuarantine(Duration.ofMillis(1500))
                .withCommandTimeout(TTL))) {
            Lease lease = get(quick.nodeLeases().acquire("a", 3, ADDRESS, Duration.ofMillis(50)));
            Thread.sleep(60);
            assertThat(get(leases.read(3))).isEmpty();
            assertThat(acquire("b", 3).serverId()).as("in quarantine").isNotEqualTo(3);
            Thread.sleep(1500);
            Lease next = acquire("c", 3);
            assertThat(next.serverId()).isEqualTo(3);
            assertThat(next.epoch()).isGreaterThan(lease.epoch());
            assertThat(get(leases.renew(lease, NodeState.ACCEPTING, 0, TTL))).isEqualTo(new Renewal.Lost(next.epoch()));
        }
    }

    @Test
    void aLeaseThatRanOutAndThatNobodyTookIsRenewed() throws InterruptedException {
        Lease lease = get(leases.acquire("a", 3, ADDRESS, Duration.ofMillis(20)));
        Thread.sleep(30);
        assertThat(get(leases.renew(lease, NodeState.ACCEPTING, 7, TTL)))
                .isEqualTo(new Renewal.Renewed(TTL.toMillis(), false));
        LeaseView view = get(leases.read(3)).orElseThrow();
        assertThat(view.state()).isEqualTo(NodeState.ACCEPTING);
        assertThat(view.epoch()).isEqualTo(lease.epoch());
    }

    @Test
    void aLeaseThatRedisForgotIsPutBackByItsRenewal() {
        Lease lease = acquire("a", 3);
        raw.call("FLUSHDB");
        assertThat(get(leases.renew(lease, NodeState.DRAINING, 0, TTL)))
                .isEqualTo(new Renewal.Renewed(TTL.toMillis(), true));
        assertThat(get(leases.read(3)))
                .map(view -> new LeaseView(3, view.epoch(), view.instance(), view.state(), 0))
                .contains(new LeaseView(3, lease.epoch(), "a", NodeState.DRAINING, 0));
        assertThat(raw.text("HGET", "{node:3}", "host")).isEqualTo("10.1.2.3");
        assertThat(raw.text("HGET", "{node:3}", "ports")).isEqualTo("7001,7002");
    }

    @Test
    void anEpochGrowsEvenPastARedisThatForgotIt() {
        Lease lease = acquire("a", 3);
        raw.call("FLUSHDB");
        awaitNextMillisecond();
        Lease next = acquire("b", 3);
        assertThat(next.epoch()).isGreaterThan(lease.epoch());
        assertThat(get(leases.renew(lease, NodeState.ACCEPTING, 0, TTL))).isEqualTo(new Renewal.Lost(next.epoch()));
    }

    @Test
    void nobodyHoldsAnIdThatWasNeverGiven() {
        assertThat(get(leases.read(200))).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> leases.read(0x4B)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void anInstanceMayHaveAnyName(String name) {
        assertThat(acquire(name, 3).serverId()).isEqualTo(3);
        assertThat(get(leases.read(3))).map(LeaseView::instance).contains(name);
    }

    @Test
    void theDirectoryListsWhatWasPublished() {
        NodeRow a =
                new NodeRow(3, 10, "fd00::1", List.of(7001, 7002), "[fd00::1]:9000", NodeState.ACCEPTING, 250, 20_000);
        NodeRow b = new NodeRow(200, 9, "node-1.convoy", List.of(9), NodeState.DRAINING, 0, 20_000);
        assertThat(get(redis.directory().read())).isEmpty();
        assertThat(get(redis.directory().publish(a))).isTrue();
        assertThat(get(redis.directory().publish(b))).isTrue();
        List<NodeRow> rows = get(other.directory().read());
        assertThat(rows)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("ttlMs")
                .containsExactlyInAnyOrder(a, b);
        assertThat(rows).allSatisfy(row -> assertThat(row.ttlMs()).isBetween(15_000L, 20_000L));
    }

    @Test
    void anOldEpochNeitherCoversNorRemovesANewerRow() {
        NodeRow young = new NodeRow(3, 10, "new", List.of(7001), NodeState.ACCEPTING, 0, 20_000);
        NodeRow old = new NodeRow(3, 9, "old", List.of(7001), NodeState.ACCEPTING, 0, 20_000);
        assertThat(get(redis.directory().publish(old))).isTrue();
        assertThat(get(redis.directory().publish(young))).isTrue();
        assertThat(get(redis.directory().publish(old))).isFalse();
        assertThat(get(redis.directory().remove(3, 9))).isFalse();
        assertThat(get(redis.directory().read())).extracting(NodeRow::host).containsExactly("new");
        assertThat(get(redis.directory().remove(3, 10))).isTrue();
        assertThat(get(redis.directory().read())).isEmpty();
        assertThat(get(redis.directory().remove(3, 10))).isTrue();
    }

    @Test
    void aRowWhoseTimeHasRunOutIsLeftOut() throws InterruptedException {
        get(redis.directory().publish(new NodeRow(3, 10, "h", List.of(1), NodeState.ACCEPTING, 0, 20)));
        get(redis.directory().publish(new NodeRow(4, 10, "h", List.of(1), NodeState.ACCEPTING, 0, 20_000)));
        Thread.sleep(30);
        assertThat(get(redis.directory().read())).extracting(NodeRow::serverId).containsExactly(4);
    }

    @Test
    void aHostWithWhitespaceIsRefusedAndOneWithBarsIsRead() {
        assertThatThrownBy(() -> new NodeAddress("a b", List.of(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeAddress("", List.of(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeAddress("a", List.of(1), "h|x:1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeAddress("a", List.of())).isInstanceOf(IllegalArgumentException.class);
        get(redis.directory().publish(new NodeRow(3, 10, "a|b|'\"", List.of(1), NodeState.ACCEPTING, 0, 20_000)));
        assertThat(get(redis.directory().read())).extracting(NodeRow::host).containsExactly("a|b|'\"");
    }
}
