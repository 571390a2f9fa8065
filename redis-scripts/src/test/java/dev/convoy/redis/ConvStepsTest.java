package dev.convoy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConvStepsTest extends RedisTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SERVER = 11;
    private final RedisLink link =
            RedisLink.open(RedisSettings.of(TestRedis.uri()).withCommandTimeout(TTL));
    private final ConvLeases small = new ConvLeases(new Steps(link.commands()), 64);
    private final ConvLeases convs = redis.convLeases();
    private long epoch;

    @BeforeEach
    void leaseTheServerId() {
        raw.call("FLUSHDB");
        epoch = get(redis.nodeLeases().acquire("node", SERVER, ADDRESS, TTL)).epoch();
    }

    @AfterAll
    void closeLink() {
        link.close();
    }

    private static int[] granted(CompletionStage<ConvGrant> stage) {
        return as(ConvGrant.Granted.class, get(stage)).sequences();
    }

    @Test
    void aBlockIsWhatFollowsTheMark() {
        raw.call("SET", "{node:11}:cursor", "1000");
        assertThat(granted(convs.acquire(SERVER, epoch, 3, HOUR))).containsExactly(1001, 1002, 1003);
        assertThat(granted(convs.acquire(SERVER, epoch, 2, HOUR))).containsExactly(1004, 1005);
    }

    @Test
    void aRestartedNodeStartsWhereItsPredecessorEnded() {
        int[] before = granted(convs.acquire(SERVER, epoch, 10, Duration.ofMillis(1)));
        long restarted =
                get(redis.nodeLeases().acquire("node", SERVER, ADDRESS, TTL)).epoch();
        int[] after = granted(convs.acquire(SERVER, restarted, 10, HOUR));
        assertThat(after[0]).isEqualTo((before[9] + 1) % ConvLeases.SEGMENT_SIZE);
    }

    @Test
    void theMarkWrapsAtTheEndOfTheSegmentAndSkipsWhatIsLeased() {
        raw.call("SET", "{node:11}:cursor", "16777213");
        assertThat(granted(convs.acquire(SERVER, epoch, 4, HOUR))).containsExactly(0xFFFFFE, 0xFFFFFF, 0, 1);
        raw.call("SET", "{node:11}:cursor", "16777213");
        assertThat(granted(convs.acquire(SERVER, epoch, 2, HOUR))).containsExactly(2, 3);
    }

    @Test
    void aFullSegmentIsRefusedAndNeverGivesTwice() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            for (int sequence : granted(small.acquire(SERVER, epoch, 16, HOUR))) {
                assertThat(given.add(sequence)).isTrue();
            }
        }
        assertThat(given).hasSize(64);
        assertThat(get(small.acquire(SERVER, epoch, 1, HOUR))).isEqualTo(new ConvGrant.SegmentFull());
        get(small.release(SERVER, epoch, new int[] {17}, Duration.ZERO));
        assertThat(granted(small.acquire(SERVER, epoch, 16, HOUR))).containsExactly(17);
    }

    @Test
    void aProposedConvIsLeasedOnceAndNotWhileItRests() throws InterruptedException {
        assertThat(get(convs.claim(SERVER, epoch, 4711, HOUR))).isTrue();
        assertThat(get(convs.claim(SERVER, epoch, 4711, HOUR))).isFalse();
        raw.call("SET", "{node:11}:cursor", "4709");
        assertThat(granted(convs.acquire(SERVER, epoch, 2, HOUR))).containsExactly(4710, 4712);
        assertThat(get(convs.claim(SERVER, epoch, 4712, HOUR))).isFalse();
        get(convs.release(SERVER, epoch, new int[] {4711}, Duration.ofMillis(800)));
        assertThat(get(convs.claim(SERVER, epoch, 4711, HOUR))).isFalse();
        Thread.sleep(810);
        assertThat(get(convs.claim(SERVER, epoch, 4711, HOUR))).isTrue();
        assertThat(get(convs.claim(SERVER, epoch + 1, 5000, HOUR))).isFalse();
    }

    @Test
    void aReleasedConvIsInQuarantineFirst() throws InterruptedException {
        granted(small.acquire(SERVER, epoch, 64, HOUR));
        get(small.release(SERVER, epoch, new int[] {17, 18}, Duration.ofMillis(800)));
        assertThat(get(small.acquire(SERVER, epoch, 1, HOUR))).isEqualTo(new ConvGrant.SegmentFull());
        Thread.sleep(810);
        assertThat(granted(small.acquire(SERVER, epoch, 64, HOUR))).containsExactlyInAnyOrder(17, 18);
    }

    @Test
    void aConvIsFreeOnlyWhenItsLeaseHasRunOutAndARenewalNeverShortensIt() throws InterruptedException {
        granted(small.acquire(SERVER, epoch, 64, Duration.ofMillis(50)));
        int[] all = IntStream.range(0, 64).toArray();
        assertThat(get(small.renew(SERVER, epoch, all, HOUR))).isEqualTo(ConvStep.DONE);
        assertThat(get(small.renew(SERVER, epoch, all, Duration.ofMillis(1)))).isEqualTo(ConvStep.DONE);
        Thread.sleep(60);
        assertThat(get(small.acquire(SERVER, epoch, 1, HOUR))).isEqualTo(new ConvGrant.SegmentFull());
        get(small.release(SERVER, epoch, all, Duration.ZERO));
        assertThat(granted(small.acquire(SERVER, epoch, 64, HOUR))).hasSize(64);
    }

    @Test
    void aRenewalPutsBackWhatRedisForgot() {
        Lease lease = get(redis.nodeLeases().acquire("node", SERVER, ADDRESS, TTL));
        raw.call("FLUSHDB");
        get(redis.nodeLeases().renew(lease, NodeState.ACCEPTING, 0, TTL));
        get(small.renew(SERVER, lease.epoch(), IntStream.range(0, 63).toArray(), HOUR));
        assertThat(granted(small.acquire(SERVER, lease.epoch(), 64, HOUR))).containsExactly(63);
    }

    @Test
    void aStaleEpochGetsNothing() {
        for (long stale : new long[] {epoch - 1, epoch + 1, 0}) {
            assertThat(get(convs.acquire(SERVER, stale, 1, HOUR))).isEqualTo(new ConvGrant.Stale());
            assertThat(get(convs.renew(SERVER, stale, new int[] {1}, HOUR))).isEqualTo(ConvStep.STALE);
            assertThat(get(convs.release(SERVER, stale, new int[] {1}, HOUR))).isEqualTo(ConvStep.STALE);
        }
        assertThat(get(convs.acquire(SERVER + 1, epoch, 1, HOUR))).isEqualTo(new ConvGrant.Stale());
        assertThat(raw.number("EXISTS", "{node:11}:convs")).isZero();
    }

    @Test
    void twoShardsThatAskAtOnceGetDifferentConvs() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            var a = redis.convLeases().acquire(SERVER, epoch, 50, HOUR);
            var b = other.convLeases().acquire(SERVER, epoch, 50, HOUR);
            IntStream.concat(IntStream.of(granted(a)), IntStream.of(granted(b)))
                    .forEach(sequence -> assertThat(given.add(sequence)).isTrue());
        }
        assertThat(given).hasSize(2000);
    }

    @Test
    void aLongRunOfLeasedConvsIsPassedInBoundedSteps() {
        raw.call("SET", "{node:11}:cursor", "0");
        raw.call(
                "EVAL",
                "for i = 1, 20000 do redis.call('ZADD', KEYS[1], ARGV[1], i) end",
                "1",
                "{node:11}:convs",
                "99999999999999");
        assertThat(granted(convs.acquire(SERVER, epoch, 2, HOUR))).containsExactly(20001, 20002);
    }

    @Test
    void manyConvsAreRenewedAndReleasedInBatches() {
        int[] block = granted(convs.acquire(SERVER, epoch, 4096, HOUR));
        assertThat(block).hasSize(4096);
        assertThat(get(convs.renew(SERVER, epoch, block, HOUR))).isEqualTo(ConvStep.DONE);
        assertThat(get(convs.release(SERVER, epoch, block, HOUR))).isEqualTo(ConvStep.DONE);
        assertThat(get(convs.renew(SERVER, epoch, new int[0], HOUR))).isEqualTo(ConvStep.DONE);
        assertThat(raw.number("ZCARD", "{node:11}:convs")).isEqualTo(4096);
    }

    @Test
    void whatHasRunOutIsSweptUp() throws InterruptedException {
        granted(convs.acquire(SERVER, epoch, 100, Duration.ofMillis(10)));
        Thread.sleep(20);
        granted(convs.acquire(SERVER, epoch, 1, HOUR));
        assertThat(raw.number("ZCARD", "{node:11}:convs")).isEqualTo(1);
    }

    @Test
    void aBlockHasALimit() {
        assertThatThrownBy(() -> convs.acquire(SERVER, epoch, 0, HOUR)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> convs.acquire(SERVER, epoch, 4097, HOUR)).isInstanceOf(IllegalArgumentException.class);
    }
}
