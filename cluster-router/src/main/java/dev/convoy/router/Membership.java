package dev.convoy.router;

import dev.convoy.router.NodeRoute.State;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who is in the cluster, as far as this router knows: the directory's word on who has a lease, and the probes'
 * on who answers. It makes the {@link RouteTable}. Pure: time comes as an argument, and what is to be sent is
 * polled. Confined to the keeper's event loop.
 *
 * <h2>When a row ends</h2>
 *
 * The directory alone ends rows, and only by an answer which lists <em>others</em>. A directory that does not
 * answer says nothing. An empty one does not say that every node died in the same half second, but that Redis
 * lost its data, or is another Redis; nodes write themselves back into it with their next renewals, one after the
 * other. So of a node that a non-empty directory leaves out:
 *
 * <ul>
 *   <li>when it is <b>suspect</b> too, both witnesses agree: the row ends at once. That is a node killed.
 *   <li>when it was <b>draining</b>, it has given its lease back: the row ends at once.
 *   <li>when another row has taken over its <b>address</b>, it was started again: the row ends at once.
 *   <li>when it <b>answers probes</b>, it is either about to write itself back, or has lost its lease and does not
 *       know. It keeps its row for as long as it would have needed to renew: one and a half of its leases, at least
 *       {@value #ABSENT_MS_MIN} ms, counted only while the directory answers. Then the directory is believed.
 * </ul>
 *
 * An ended row stays in the table as {@link State#DEAD}: there are 253 ids, so the list is short for ever.
 *
 * <h2>Suspicion</h2>
 *
 * A node is suspect while any of its shards has left {@value #PROBE_MISSES_MAX} probes unanswered. The first answer
 * clears it. Suspicion takes no datagrams of its sessions away from a node; it only sends newcomers elsewhere.
 */
final class Membership {
    static final int PROBE_MISSES_MAX = 3;
    static final long ABSENT_MS_MIN = 3000;

    /** Between two answers of the directory no more than this counts as absence: who did not ask cannot say. */
    private static final long ABSENT_STEP_MS_MAX = 1000;

    /** A node as the directory lists it. */
    record Listing(int serverId, long epoch, List<InetSocketAddress> shards, State state, long leaseMs) {}

    /** A probe to be sent: to one shard, under a number that its answer repeats. */
    record Probe(int serverId, int shard, InetSocketAddress to, int round) {}

    private static final class Member {
        Listing listing;
        long leaseMs;
        long absentMs;
        boolean isDead;
        boolean isSuspect;
        /** By shard: the latest round that was answered. */
        final int[] answeredRounds;

        Member(Listing listing, int round) {
            this.listing = listing;
            this.leaseMs = listing.leaseMs();
            this.answeredRounds = new int[listing.shards().size()];
            Arrays.fill(answeredRounds, round);
        }

        boolean isSameNode(Listing other) {
            return !isDead
                    && listing.epoch() == other.epoch()
                    && listing.shards().equals(other.shards());
        }

        void list(Listing again) {
            listing = again;
            leaseMs = Math.max(leaseMs, again.leaseMs());
            absentMs = 0;
        }

        NodeRoute route() {
            State state = isDead ? State.DEAD : listing.state();
            return new NodeRoute(listing.serverId(), listing.epoch(), listing.shards(), state, isSuspect);
        }
    }

    private static final long NEVER = Long.MIN_VALUE;

    private final Map<Integer, Member> members = new TreeMap<>();
    private long directoryAnsweredMs = NEVER;
    private int round;
    private RouteTable table = RouteTable.EMPTY;
    private List<NodeRoute> rows = List.of();

    /** The table of what is known now; the same object as long as nothing changes. */
    RouteTable table() {
        List<NodeRoute> now = members.values().stream().map(Member::route).toList();
        if (!now.equals(rows)) {
            rows = now;
            table = new RouteTable(now);
        }
        return table;
    }

    /** The directory did not answer: the time until it does again is nobody's absence. */
    void handleDirectoryAway() {
        directoryAnsweredMs = NEVER;
    }

    /** The directory answered with these nodes, each server id once. */
    void handleDirectory(List<Listing> listings, long nowMs) {
        if (listings.isEmpty()) {
            handleDirectoryAway();
            return;
        }
        for (Listing listing : listings) handleListing(listing);
        Set<Integer> listed = listings.stream().map(Listing::serverId).collect(Collectors.toSet());
        Set<InetSocketAddress> taken = listings.stream()
                .flatMap(listing -> listing.shards().stream())
                .collect(Collectors.toCollection(HashSet::new));
        long stepMs = directoryAnsweredMs == NEVER ? 0 : Math.min(nowMs - directoryAnsweredMs, ABSENT_STEP_MS_MAX);
        directoryAnsweredMs = nowMs;
        members.forEach((serverId, member) -> {
            if (!listed.contains(serverId)) handleAbsence(member, stepMs, taken::contains);
        });
    }

    private void handleListing(Listing listing) {
        Member known = members.get(listing.serverId());
        if (known != null && known.isSameNode(listing)) known.list(listing);
        else members.put(listing.serverId(), new Member(listing, round));
    }

    private static void handleAbsence(Member member, long stepMs, Predicate<InetSocketAddress> isTaken) {
        member.absentMs += stepMs;
        boolean isOver = member.absentMs >= Math.max(ABSENT_MS_MIN, member.leaseMs * 3 / 2);
        boolean hasLeft = member.listing.state() == State.DRAINING;
        boolean isReplaced = member.listing.shards().stream().anyMatch(isTaken);
        if (member.isSuspect || hasLeft || isReplaced || isOver) member.isDead = true;
    }

    /** The next round of probes begins, a probe's time after the last: judges that, and returns what to send. */
    List<Probe> handleProbeRound() {
        List<Probe> probes = new ArrayList<>();
        int unanswered = round - PROBE_MISSES_MAX;
        round++;
        for (Member member : members.values()) {
            if (member.isDead) continue;
            judge(member, unanswered);
            List<InetSocketAddress> shards = member.listing.shards();
            for (int shard = 0; shard < shards.size(); shard++) {
                probes.add(new Probe(member.listing.serverId(), shard, shards.get(shard), round));
            }
        }
        return probes;
    }

    /** A shard answered the probe of a round; anything that was not asked is ignored. */
    void handleProbeAnswer(int serverId, int shard, int answeredRound) {
        Member member = members.get(serverId);
        if (member == null || member.isDead || shard < 0 || shard >= member.answeredRounds.length) return;
        boolean wasAsked = round - answeredRound >= 0 && round - answeredRound <= PROBE_MISSES_MAX;
        if (!wasAsked || answeredRound - member.answeredRounds[shard] <= 0) return;
        member.answeredRounds[shard] = answeredRound;
        judge(member, round - PROBE_MISSES_MAX - 1);
    }

    /** Suspect is who has a shard whose latest answer is no later than {@code unanswered}. */
    private static void judge(Member member, int unanswered) {
        boolean isSuspect = false;
        for (int answered : member.answeredRounds) isSuspect |= answered - unanswered <= 0;
        member.isSuspect = isSuspect;
    }
}
