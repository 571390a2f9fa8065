package dev.convoy.node;

import dev.convoy.node.admin.ShardDesk;
import dev.convoy.node.admission.BareDesk;
import dev.convoy.node.admission.Desk;
import dev.convoy.node.admission.Doorkeeper;
import dev.convoy.node.admission.Suites;
import dev.convoy.node.lease.LeaseKeeper;
import dev.convoy.node.lease.ShardConvs;
import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.Counters;
import dev.convoy.node.net.InsideSocket;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.node.net.Neighbours;
import dev.convoy.node.net.SecondHop;
import dev.convoy.node.net.Wayfinder;
import dev.convoy.node.session.Census;
import dev.convoy.node.session.ConvSource;
import dev.convoy.node.session.Hall;
import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.Ownership;
import dev.convoy.node.session.Reception;
import dev.convoy.node.session.RoomTypes;
import dev.convoy.node.session.Secrets;
import dev.convoy.node.session.ShardCounts;
import dev.convoy.node.session.ShardSettings;
import dev.convoy.node.session.Traffic;
import dev.convoy.operations.metrics.LoopLag;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.handshake.Cookies;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.Lease;
import dev.convoy.redis.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One shard: one event loop with one inside socket, its rooms and their sessions. Here, and only here, the
 * node's features meet: datagrams go to the desk or to the sessions, and both send through the socket.
 */
final class ShardVerticle extends VerticleBase implements InsideSocket.Receiver, ShardDesk {
    /** Why the shard dropped a datagram before anybody looked into it. */
    enum Drop {
        /** It does not begin with a path header: it did not come from a router. */
        NO_PATH,
        /** Too short, or with the first word of nobody. */
        ILLEGAL,
        /** The node's lease is in doubt: it serves nobody until it has renewed. */
        NO_LEASE,
        /** Passed on once already, and not from a node or without its router. */
        HOP_MALFORMED,
        /** For another node or shard, and passed on to it: its router has an old table. */
        PASSED_ON,
        /** For another node or shard, and nobody knows where that is, or it has been passed on already. */
        MISROUTED
    }

    private static final long LEASE_LOOK_MS = 50;

    private final NodeSettings settings;
    private final RoomTypes types;
    private final Function<Vertx, IdentityCheck> logins;
    private final LeaseKeeper leases;
    private final ShardConvs convs;
    private final int shard;
    private final NodeAdmin admin;
    private final Counters<Drop> drops = new Counters<>(Drop.class);

    private ConvoyRedis redis;
    private InsideSocket socket;
    private Traffic traffic;
    private Hall hall;
    private Desk desk;
    private volatile ShardSample sample = ShardSample.NONE;
    private Neighbours neighbours;
    private Wayfinder wayfinder;
    private volatile int sessionCount;
    private long alarm = -1;

    @SuppressWarnings("NullAway.Init") // The fields are set by start, before the first datagram.
    ShardVerticle(
            NodeSettings settings,
            RoomTypes types,
            Function<Vertx, IdentityCheck> logins,
            LeaseKeeper leases,
            ShardConvs convs,
            int shard,
            NodeAdmin admin) {
        this.admin = admin;
        this.settings = settings;
        this.types = types;
        this.logins = logins;
        this.leases = leases;
        this.convs = convs;
        this.shard = shard;
    }

    @Override
    public Future<?> start() {
        convs.ownedBy(context);
        admin.watch(LoopLag.watch(vertx, context, admin.meters(), "shard-" + shard));
        RedisSettings redisSettings =
                RedisSettings.of(settings.redisUri()).withClientName(settings.instance() + "-shard-" + shard);
        int port = settings.portBase() == 0 ? 0 : settings.portBase() + shard;
        return vertx.executeBlocking(() -> PatientRedis.connect(redisSettings))
                .compose(connected -> {
                    redis = connected;
                    wire();
                    return InsideSocket.bind((ContextInternal) context, settings.host(), port, this);
                })
                .onSuccess(bound -> socket = bound);
    }

    @Override
    public Future<?> stop() {
        hall.close();
        return socket.close()
                .compose(closed -> vertx.executeBlocking(() -> {
                    redis.close();
                    return null;
                }));
    }

    int port() {
        return socket.port();
    }

    /** Sessions here; may be asked from any thread and be a little old. */
    int sessionCount() {
        return sessionCount;
    }

    /** The node's lease is lost. Any thread. */
    void abandonAll() {
        context.runOnContext(now -> hall.abandonAll());
    }

    /** Goes on here with a room that nobody alive owns. Any thread. */
    void adopt(String roomId, int deadServerId) {
        context.runOnContext(now -> hall.adopt(roomId, deadServerId));
    }

    /** The node's lease was in doubt: some rooms may be somebody else's now. Any thread. */
    void lookAfterRooms() {
        context.runOnContext(now -> hall.keepAlive());
    }

    /** Lets go of all rooms after their last commit. Any thread. */
    Future<Void> releaseAll() {
        Promise<Void> released = Promise.promise();
        context.runOnContext(now -> hall.releaseAll().onComplete(released));
        return released.future();
    }

    @Override
    public Future<List<JsonObject>> rooms(String after, int limit) {
        return ask(census -> census.rooms(after, limit).stream()
                .map(room -> ShardReport.of(room, shard))
                .toList());
    }

    @Override
    public Future<List<JsonObject>> sessions(SessionQuery query, String after, int limit) {
        return ask(census -> census.sessions(query.room(), query.user(), query.id(), after, limit).stream()
                .map(session -> ShardReport.of(session, shard))
                .toList());
    }

    @Override
    public void look(String user) {
        context.runOnContext(now -> hall.look(user));
    }

    /** How many of what there is here. Any thread. */
    Future<JsonObject> count() {
        return ask(census -> {
            Census.Levels levels = census.levels(0, rtt -> {});
            ShardCounts counts = traffic.counts();
            return new JsonObject()
                    .put("rooms", levels.rooms())
                    .put("online", levels.online())
                    .put("away", levels.away())
                    .put("outboxMessages", levels.outboxMessages())
                    .put("convsFree", convs.freeCount())
                    .put("convsInUse", convs.inUseCount())
                    .put("messagesIn", counts.events.of(ShardCounts.Event.MESSAGE_IN))
                    .put("messagesOut", counts.events.of(ShardCounts.Event.MESSAGE_OUT))
                    .put("joins", counts.entries.of(ShardCounts.Entry.JOINED))
                    .put(
                            "resumes",
                            counts.entries.of(ShardCounts.Entry.RESUMED_SAME_NODE)
                                    + counts.entries.of(ShardCounts.Entry.RESUMED_RESTORED))
                    .put("takeovers", counts.events.of(ShardCounts.Event.TAKEOVER))
                    .put("gaps", counts.gaps.of(ShardCounts.Gap.NEVER_SENT))
                    .put("segmentsSent", traffic.tally().sent())
                    .put(
                            "segmentsResent",
                            traffic.tally().resentOvertaken() + traffic.tally().resentTimedOut());
        });
    }

    /** The levels of a moment ago. Any thread. */
    ShardSample sample() {
        return sample;
    }

    /** Any thread, once the shard is deployed. */
    ShardCounts counts() {
        return traffic.counts();
    }

    Counters<Drop> drops() {
        return drops;
    }

    Counters<ControlDrop> controlDrops() {
        return desk.drops();
    }

    private void takeSample(NodeMeters meters) {
        long sinceMs = MonotonicClock.SYSTEM.nowMs() - ShardSample.EVERY_MS;
        Census.Levels levels = hall.census().levels(sinceMs, meters::onRtt);
        sample = ShardSample.of(levels, convs.freeCount(), convs.inUseCount(), traffic.tally());
    }

    private <T> Future<T> ask(Function<Census, T> question) {
        Promise<T> answer = Promise.promise();
        context.runOnContext(now -> answer.complete(question.apply(hall.census())));
        return answer.future();
    }

    @Override
    public void onDatagram(InetSocketAddress router, byte[] bytes, int length) {
        if (!PathHeader.isPresent(bytes, 0, length)) {
            drops.count(Drop.NO_PATH);
        } else if (!PathHeader.hasHopped(bytes, 0)) {
            take(router, bytes, length, false);
        } else if (SecondHop.isWhole(bytes, length) && neighbours.isHost(router.getAddress())) {
            InetSocketAddress origin = SecondHop.router(bytes);
            take(origin, bytes, SecondHop.unwrap(bytes, length), true);
        } else {
            drops.count(Drop.HOP_MALFORMED);
        }
    }

    private void take(InetSocketAddress router, byte[] bytes, int length, boolean hasHopped) {
        int header = PathHeader.bytes(bytes[0]);
        DatagramKind kind = length - header < DatagramKind.FIRST_WORD_BYTES
                ? DatagramKind.ILLEGAL
                : DatagramKind.of(LittleEndian.u32(bytes, header));
        if (kind == DatagramKind.ILLEGAL) drops.count(Drop.ILLEGAL);
        else if (leases.held() == null) drops.count(Drop.NO_LEASE);
        else if (wayfinder.isMisrouted(kind, bytes, header, length - header))
            passOn(kind, router, bytes, length, hasHopped);
        else if (kind == DatagramKind.CONTROL) desk.onDatagram(router, bytes, length);
        else traffic.onDatagram(router, bytes, length);
    }

    /** Once, and only to where somebody else is. */
    private void passOn(DatagramKind kind, InetSocketAddress router, byte[] bytes, int length, boolean hasHopped) {
        InetSocketAddress to = hasHopped ? null : wayfinder.destination(kind, bytes, PathHeader.bytes(bytes[0]));
        if (to == null) {
            drops.count(Drop.MISROUTED);
        } else {
            socket.send(to, SecondHop.wrap(bytes, length, router));
            drops.count(Drop.PASSED_ON);
        }
    }

    @Override
    public void onBatchEnd() {
        traffic.settle();
    }

    private void wire() {
        MonotonicClock clock = MonotonicClock.SYSTEM;
        ShardSettings shardSettings =
                ShardSettings.of(settings.windowMs(), settings.durability(), settings.checkpointMs());
        traffic = new Traffic(clock, toSocket(), this::setAlarm, shardSettings.link());
        ConvSource source = convSource();
        Supplier<@Nullable Ownership> ownership = () -> {
            Lease lease = leases.held();
            return lease == null ? null : new Ownership(lease.serverId(), lease.epoch(), leases.mayTakeOver());
        };
        hall = new Hall(vertx, redis, types, shardSettings, traffic, source, ownership);
        Secrets secrets = Secrets.of(settings.clusterKey(), settings.resetKey());
        Reception reception = new Reception(
                hall, redis, source, secrets, logins.apply(vertx), settings.newcomers(), shard, settings.shards());
        reception.limitJoins(settings.joinsPerUserMinute());
        Desk.Flows flows = new Desk.Flows(
                reception::connect,
                reception::propose,
                reception::reconnect,
                new BareDesk(clock, settings.isPlainAllowed(), reception::bare, traffic::isInUse, this::send));
        desk = new Desk(clock, place(secrets), flows, traffic::granted, this::send);
        neighbours = new Neighbours(
                clock, () -> Future.fromCompletionStage(redis.directory().read(), context));
        wayfinder = new Wayfinder(this::serverId, shard, settings.shards(), neighbours);
        vertx.setPeriodic(settings.leaseTtlMs() / 4, timer -> sessionCount = hall.sessionCount());
        NodeMeters meters = admin.nodeMeters();
        traffic.counts().observeCommits(meters::onCommit);
        redis.observe(meters);
        vertx.setPeriodic(ShardSample.EVERY_MS, timer -> takeSample(meters));
    }

    private Desk.Place place(Secrets secrets) {
        Doorkeeper doorkeeper = new Doorkeeper(
                new Cookies(secrets.cookieKey()), System::currentTimeMillis, settings.handshakesPerSecondMax());
        Suites suites = new Suites(settings.keyPair(), settings.isPlainAllowed());
        return new Desk.Place(this::serverId, shard, settings.shards(), suites, doorkeeper);
    }

    /** The node's server id; 0, which nobody has, while its lease is in doubt. */
    private int serverId() {
        Lease lease = leases.held();
        return lease == null ? 0 : lease.serverId();
    }

    private void send(ClientPath path, byte[] datagram) {
        byte[] bytes = new byte[PathHeader.BYTES_MAX + datagram.length];
        int header = path.writeHeader(bytes);
        System.arraycopy(datagram, 0, bytes, header, datagram.length);
        socket.send(path, bytes, header + datagram.length);
        socket.flush();
    }

    private Traffic.Wire toSocket() {
        return new Traffic.Wire() {
            @Override
            public void send(ClientPath path, byte[] bytes, int length) {
                socket.send(path, bytes, length);
            }

            @Override
            public void flush() {
                socket.flush();
            }
        };
    }

    private ConvSource convSource() {
        return new ConvSource() {
            @Override
            public int take() {
                return convs.take();
            }

            @Override
            public Future<Boolean> claim(int conv) {
                return convs.claim(conv);
            }

            @Override
            public void release(int conv) {
                convs.release(conv);
            }
        };
    }

    /** In place of the one before. */
    private void setAlarm(long delayMs) {
        vertx.cancelTimer(alarm);
        alarm = vertx.setTimer(delayMs, timer -> onAlarm());
    }

    /** While the lease is in doubt even a deadline says nothing: the sessions may be somebody else's. */
    private void onAlarm() {
        if (leases.held() == null) setAlarm(LEASE_LOOK_MS);
        else traffic.onAlarm();
    }
}
