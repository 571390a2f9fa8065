package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.router.Membership.Listing;
import dev.convoy.router.Membership.Probe;
import dev.convoy.router.NodeRoute.State;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final long LEASE_MS = 2000;

    private final Membership membership = new Membership();
    private final Set<Integer> silent = new HashSet<>();
    private long nowMs;

    @Test
    void aNodeIsSuspectAfterThreeProbesWithoutAnAnswerAndClearedByOne() {
        directory(1, 2);
        round();
        silent.add(2);
        round();
        round();
        round();
        assertThat(row(2).suspect()).as("the third is still under way").isFalse();
        List<Probe> probes = membership.handleProbeRound();
        assertThat(row(2).suspect()).isTrue();
        assertThat(row(1).suspect()).isFalse();
        probes.forEach(probe -> membership.handleProbeAnswer(probe.serverId(), probe.shard(), probe.round()));
        assertThat(row(2).suspect()).isFalse();
    }

    @Test
    void oneSilentShardMakesItsNodeSuspect() {
        membership.handleDirectory(List.of(listing(1, 2, State.ACCEPTING)), nowMs);
        for (int i = 0; i < 5; i++) {
            membership.handleProbeRound().stream()
                    .filter(probe -> probe.shard() == 0)
                    .forEach(probe -> membership.handleProbeAnswer(1, 0, probe.round()));
        }
        assertThat(row(1).suspect()).isTrue();
    }

    @Test
    void answersThatWereNotAskedForClearNobody() {
        directory(1);
        for (int i = 0; i < 6; i++) membership.handleProbeRound();
        int round = membership.handleProbeRound().get(0).round();
        membership.handleProbeAnswer(1, 0, round + 1);
        membership.handleProbeAnswer(1, 0, round - 4);
        membership.handleProbeAnswer(1, 1, round);
        membership.handleProbeAnswer(1, -1, round);
        membership.handleProbeAnswer(2, 0, round);
        assertThat(row(1).suspect()).isTrue();
    }

    @Test
    void theDirectoryAwayEndsNoRow() {
        directory(1, 2);
        silent.add(1);
        for (int i = 0; i < 100; i++) {
            membership.handleDirectoryAway();
            pass(500);
        }
        assertThat(row(1).state()).isEqualTo(State.ACCEPTING);
        assertThat(row(1).suspect()).isTrue();
        assertThat(row(2).suspect()).isFalse();
    }

    @Test
    void anEmptyDirectoryEndsNoRow() {
        directory(1, 2);
        silent.add(1);
        for (int i = 0; i < 100; i++) {
            directory();
            pass(500);
        }
        assertThat(Stream.of(1, 2).map(id -> row(id).state())).containsOnly(State.ACCEPTING);
    }

    @Test
    void nodesThatWriteThemselvesBackOneByOneAreNeverGone() {
        directory(1, 2, 3);
        pass(500);
        directory();
        pass(500);
        directory(2);
        pass(700);
        directory(2, 3);
        assertThat(row(1).state()).isEqualTo(State.ACCEPTING);
        pass(700);
        directory(1, 2, 3);
        pass(500);
        for (int i = 0; i < 20; i++) {
            directory(1, 2, 3);
            pass(500);
        }
        assertThat(Stream.of(1, 2, 3).map(id -> row(id).state())).containsOnly(State.ACCEPTING);
    }

    @Test
    void manyReadingsInShortTimeAreNoLongAbsence() {
        directory(1, 2);
        for (int i = 0; i < 1000; i++) directory(1);
        assertThat(row(2).isDead()).isFalse();
    }

    @Test
    void theTimeThatRedisWasAwayIsNobodysAbsence() {
        directory(1, 2);
        for (int i = 0; i < 20; i++) {
            directory(1);
            membership.handleDirectoryAway();
            pass(60_000);
        }
        assertThat(row(2).isDead()).isFalse();
    }

    @Test
    void aPauseOfTheRouterItselfIsNobodysAbsence() {
        directory(1, 2);
        directory(1);
        pass(60_000);
        directory(1);
        assertThat(row(2).isDead()).isFalse();
    }

    @Test
    void aSuspectNodeThatOthersOutliveEndsAtOnce() {
        directory(1, 2);
        silent.add(2);
        pass(1500);
        assertThat(row(2).suspect()).isTrue();
        assertThat(row(2).isDead()).as("its lease still runs").isFalse();
        directory(1);
        assertThat(row(2).isDead()).isTrue();
        assertThat(membership.handleProbeRound()).extracting(Probe::serverId).containsExactly(1);
    }

    @Test
    void aNodeWithoutLeaseThatAnswersEndsWhenItShouldHaveRenewed() {
        directory(1, 2);
        int readings = 0;
        while (!row(2).isDead()) {
            pass(500);
            directory(1);
            readings++;
        }
        assertThat(readings * 500L).isEqualTo(Membership.ABSENT_MS_MIN);
    }

    @Test
    void aDrainedNodeEndsWhenItGivesItsLeaseBack() {
        membership.handleDirectory(List.of(listing(1, 1, State.ACCEPTING), listing(2, 1, State.DRAINING)), nowMs);
        directory(1);
        assertThat(row(2).isDead()).isTrue();
    }

    @Test
    void aNodeStartedAgainUnderAnotherIdReplacesItsFormerRow() {
        directory(1, 2);
        Listing again = new Listing(9, 1, RouteTableTest.addresses(2, 1), State.ACCEPTING, LEASE_MS);
        membership.handleDirectory(List.of(listing(1, 1, State.ACCEPTING), again), nowMs);
        assertThat(row(2).isDead()).isTrue();
        assertThat(row(9).isDead()).isFalse();
    }

    @Test
    void anIdGivenOutAgainStartsUnsuspected() {
        directory(1, 2);
        silent.add(2);
        pass(1500);
        directory(1);
        assertThat(row(2).isDead()).isTrue();
        Listing next = new Listing(2, 8, RouteTableTest.addresses(5, 2), State.JOINING, LEASE_MS);
        membership.handleDirectory(List.of(listing(1, 1, State.ACCEPTING), next), nowMs);
        assertThat(row(2)).isEqualTo(new NodeRoute(2, 8, next.shards(), State.JOINING, false));
    }

    @Test
    void theTableIsTheSameObjectUntilSomethingChanges() {
        directory(1, 2);
        RouteTable table = membership.table();
        pass(1000);
        directory(1, 2);
        assertThat(membership.table()).isSameAs(table);
        membership.handleDirectory(List.of(listing(1, 1, State.DRAINING), listing(2, 1, State.ACCEPTING)), nowMs);
        assertThat(membership.table()).isNotSameAs(table);
    }

    private NodeRoute row(int serverId) {
        return membership
                .table()
                .rows()
                .filter(row -> row.serverId() == serverId)
                .findFirst()
                .orElseThrow();
    }

    private void directory(int... serverIds) {
        membership.handleDirectory(
                Arrays.stream(serverIds)
                        .mapToObj(id -> listing(id, 1, State.ACCEPTING))
                        .toList(),
                nowMs);
    }

    private static Listing listing(int serverId, int shards, State state) {
        return new Listing(serverId, 1, RouteTableTest.addresses(serverId, shards), state, LEASE_MS);
    }

    /** Lets time pass, with the probes that are due in it. */
    private void pass(long ms) {
        for (long i = 0; i < ms / TableKeeper.PROBE_EVERY_MS; i++) round();
        nowMs += ms;
    }

    private void round() {
        membership.handleProbeRound().stream()
                .filter(probe -> !silent.contains(probe.serverId()))
                .forEach(probe -> membership.handleProbeAnswer(probe.serverId(), probe.shard(), probe.round()));
    }
}
