package dev.convoy.node;

import dev.convoy.node.lease.ConvKeeper;
import dev.convoy.node.lease.LeaseKeeper;
import dev.convoy.node.net.Counters;
import dev.convoy.node.session.DropCounter;
import dev.convoy.node.session.ShardCounts;
import dev.convoy.node.session.ShardCounts.Entry;
import dev.convoy.node.session.ShardCounts.Event;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.StepObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What a node measures; {@code docs/OPERATIONS.md} says what each means. Every label is an enum's constant in lower
 * case, so there are as many series as the code has words, and each is there from the start, at zero. Counts are
 * read from the shards when somebody scrapes; only commits, steps of Redis and round-trip times are recorded as
 * they happen, none of them on the path of a datagram.
 */
final class NodeMeters implements StepObserver {
    private static final Duration[] REDIS_BUCKETS = millis(0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000);
    private static final Duration[] RTT_BUCKETS = millis(10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1_000, 3_000);
    private static final double[] BATCH_BUCKETS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final MeterRegistry registry;
    private final List<ShardVerticle> shards = new CopyOnWriteArrayList<>();
    private final Timer commits;
    private final DistributionSummary batches;
    private final Timer roundTrips;
    private final Timer rtt;
    private final Map<Trouble, Counter> troubles = new EnumMap<>(Trouble.class);

    NodeMeters(MeterRegistry registry) {
        this.registry = registry;
        this.commits = Timer.builder("convoy.commit.latency")
                .description("From the beginning of a room's commit to its answer")
                .serviceLevelObjectives(REDIS_BUCKETS)
                .register(registry);
        this.batches = DistributionSummary.builder("convoy.commit.sessions")
                .description("Sessions whose numbers one commit carried")
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry);
        this.roundTrips = Timer.builder("convoy.redis.roundtrip")
                .description("From asking for a step of Redis to its answer")
                .serviceLevelObjectives(REDIS_BUCKETS)
                .register(registry);
        this.rtt = Timer.builder("convoy.kcp.rtt")
                .description("Smoothed round-trip time of each player heard in the last second")
                .serviceLevelObjectives(RTT_BUCKETS)
                .register(registry);
        for (Trouble trouble : Trouble.values()) {
            troubles.put(
                    trouble,
                    Counter.builder("convoy.redis.troubles")
                            .description("Steps of Redis that were not simply answered")
                            .tag("kind", word(trouble))
                            .register(registry));
        }
        levels();
        events();
        entries();
        drops();
    }

    /** The shard counts from now on. */
    void add(ShardVerticle shard) {
        shards.add(shard);
    }

    // ---- recorded as they happen, on whatever thread -------------------------------------------------------

    void onCommit(long nanos, int sessions) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
        batches.record(sessions);
    }

    void onRtt(int ms) {
        rtt.record(ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onAnswer(long nanos) {
        roundTrips.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onTrouble(Trouble trouble) {
        Counter counter = troubles.get(trouble);
        if (counter != null) counter.increment();
    }

    // ---- read when somebody scrapes ------------------------------------------------------------------------

    /** What the node's leases say of themselves. */
    void bind(LeaseKeeper leases, ConvKeeper convs) {
        Gauge.builder("convoy.lease.left.seconds", leases, keeper -> keeper.leftMs() / 1_000.0)
                .description("For how long the node's lease stands without another renewal; 0: it is lost or in doubt")
                .strongReference(true)
                .register(registry);
        count(
                "convoy.self.fences",
                "Times the node stopped serving because its lease was in doubt",
                Tags.empty(),
                now -> leases.selfFences());
        count(
                "convoy.lease.losses",
                "Times the node's lease was found to be somebody else's",
                Tags.empty(),
                now -> leases.losses());
        gauge(
                "convoy.convs",
                "Conversation ids of the node's segment",
                "state",
                "quarantined",
                now -> convs.quarantinedCount());
    }

    /** The phase that the node is in, as a 1 among zeros; and how far a drain has come. */
    void bind(NodeAdmin admin) {
        for (NodePhase phase : NodePhase.values()) {
            gauge(
                    "convoy.node.state",
                    "1 for the state that the node is in",
                    "state",
                    word(phase),
                    now -> admin.phase() == phase ? 1 : 0);
        }
        gauge(
                "convoy.node.ready",
                "1 when the node takes players, else 0",
                now -> admin.notReady().isEmpty() ? 1 : 0);
        gauge(
                "convoy.drain.progress",
                "The share of its rooms that a draining node has handed over; 0 before",
                now -> admin.drainProgress());
    }

    private void levels() {
        gauge("convoy.sessions", "Sessions held here", "state", "online", level(ShardSample::online));
        gauge("convoy.sessions", "Sessions held here", "state", "away", level(ShardSample::away));
        gauge("convoy.rooms", "Rooms owned here", level(ShardSample::rooms));
        gauge("convoy.convs", "Conversation ids of the node's segment", "state", "free", level(ShardSample::convsFree));
        gauge(
                "convoy.convs",
                "Conversation ids of the node's segment",
                "state",
                "in_use",
                level(ShardSample::convsInUse));
        gauge(
                "convoy.outbox.messages",
                "Messages that players have not acknowledged",
                level(ShardSample::outboxMessages));
        gauge("convoy.outbox.bytes", "The bytes of those messages", level(ShardSample::outboxBytes));
        String segments = "KCP segments with a message in them";
        count("convoy.kcp.segments", segments, Tags.of("kind", "sent"), sampled(ShardSample::sent));
        count(
                "convoy.kcp.segments",
                segments,
                Tags.of("kind", "resent_overtaken"),
                sampled(ShardSample::resentOvertaken));
        count(
                "convoy.kcp.segments",
                segments,
                Tags.of("kind", "resent_timed_out"),
                sampled(ShardSample::resentTimedOut));
    }

    private void events() {
        String messages = "Messages of players and rooms";
        count("convoy.messages", messages, Tags.of("kind", "in"), event(Event.MESSAGE_IN));
        count("convoy.messages", messages, Tags.of("kind", "out"), event(Event.MESSAGE_OUT));
        count("convoy.messages", messages, Tags.of("kind", "volatile_in"), event(Event.VOLATILE_IN));
        count("convoy.takeovers", "Rooms of dead owners that went on here", Tags.empty(), event(Event.TAKEOVER));
        count(
                "convoy.fenced.writes",
                "Writes refused because somebody else owns the room",
                Tags.empty(),
                event(Event.FENCED));
        count(
                "convoy.rooms.put.back",
                "Rooms that Redis had forgotten, or a part of them",
                Tags.empty(),
                event(Event.PUT_BACK));
        all(
                "convoy.gaps",
                "Where the numbers of client and room did not meet",
                "kind",
                ShardCounts.Gap.class,
                counts -> counts.gaps);
        all(
                "convoy.redeems",
                "Reconnect tokens presented, by what became of them",
                "outcome",
                ShardCounts.Redeemed.class,
                counts -> counts.redeems);
    }

    private void entries() {
        String admissions = "Requests to join, by their answer";
        entry("convoy.admissions", admissions, Tags.of("result", "joined"), Entry.JOINED);
        entry("convoy.admissions", admissions, Tags.of("result", "redirected"), Entry.JOIN_REDIRECTED);
        all("convoy.admissions", admissions, "result", ErrorCode.class, counts -> counts.joinsRefused);
        String resumes = "Requests to come back, by their answer and where the session was";
        entry("convoy.resumes", resumes, place("resumed", "same_node"), Entry.RESUMED_SAME_NODE);
        entry("convoy.resumes", resumes, place("resumed", "restored"), Entry.RESUMED_RESTORED);
        entry("convoy.resumes", resumes, place("redirected", "other_node"), Entry.RESUME_REDIRECTED);
        for (ErrorCode code : ErrorCode.values()) {
            count(
                    "convoy.resumes",
                    resumes,
                    place(word(code), "none"),
                    sum(shard -> shard.counts().resumesRefused.of(code)));
        }
    }

    private void drops() {
        dropped("shard", ShardVerticle.Drop.class, ShardVerticle::drops);
        dropped("control", ControlDrop.class, ShardVerticle::controlDrops);
        dropped("session", DropCounter.class, shard -> shard.counts().drops);
        dropped("kcp", DropReason.class, shard -> shard.counts().kcpDrops);
    }

    private <E extends Enum<E>> void dropped(
            String stage, Class<E> reasons, Function<ShardVerticle, Counters<E>> counters) {
        for (E reason : reasons.getEnumConstants()) {
            if (reason == DropReason.NONE) continue;
            count(
                    "convoy.datagrams.dropped",
                    "Datagrams dropped, by who dropped them and why",
                    Tags.of("stage", stage, "reason", word(reason)),
                    sum(shard -> counters.apply(shard).of(reason)));
        }
    }

    private static Tags place(String result, String place) {
        return Tags.of("result", result, "place", place);
    }

    private void entry(String name, String description, Tags tags, Entry entry) {
        count(name, description, tags, sum(shard -> shard.counts().entries.of(entry)));
    }

    private <E extends Enum<E>> void all(
            String name,
            String description,
            String label,
            Class<E> kinds,
            Function<ShardCounts, Counters<E>> counters) {
        for (E kind : kinds.getEnumConstants()) {
            count(
                    name,
                    description,
                    Tags.of(label, word(kind)),
                    sum(shard -> counters.apply(shard.counts()).of(kind)));
        }
    }

    private ToDoubleFunction<NodeMeters> event(Event event) {
        return sum(shard -> shard.counts().events.of(event));
    }

    private ToDoubleFunction<NodeMeters> level(ToLongFunction<ShardSample> level) {
        return sampled(level);
    }

    private static ToDoubleFunction<NodeMeters> sampled(ToLongFunction<ShardSample> value) {
        return sum(shard -> value.applyAsLong(shard.sample()));
    }

    private static ToDoubleFunction<NodeMeters> sum(ToLongFunction<ShardVerticle> value) {
        return meters -> meters.shards.stream().mapToLong(value).sum();
    }

    private void count(String name, String description, Tags tags, ToDoubleFunction<NodeMeters> value) {
        FunctionCounter.builder(name, this, value)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<NodeMeters> value) {
        Gauge.builder(name, this, value).description(description).register(registry);
    }

    private void gauge(String name, String description, String label, String word, ToDoubleFunction<NodeMeters> value) {
        Gauge.builder(name, this, value)
                .description(description)
                .tag(label, word)
                .register(registry);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static Duration[] millis(double... values) {
        return Arrays.stream(values)
                .mapToObj(ms -> Duration.ofNanos((long) (ms * 1_000_000)))
                .toArray(Duration[]::new);
    }
}
