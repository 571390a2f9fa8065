package dev.convoy.node;

import dev.convoy.node.admission.BareDesk;
import dev.convoy.node.admission.Desk;
import dev.convoy.node.admission.Doorkeeper;
import dev.convoy.node.admission.Suites;
import dev.convoy.node.janitor.Janitor;
import dev.convoy.node.janitor.JanitorTimes;
import dev.convoy.node.login.AnonymousLogin;
import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.node.net.Suite;
import dev.convoy.node.session.ConvSource;
import dev.convoy.node.session.Hall;
import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.NewcomerSettings;
import dev.convoy.node.session.Ownership;
import dev.convoy.node.session.Reception;
import dev.convoy.node.session.RoomTypes;
import dev.convoy.node.session.Secrets;
import dev.convoy.node.session.ShardSettings;
import dev.convoy.node.session.Traffic;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.handshake.Cookies;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.Durability;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard without a socket and with a clock that a test can move on; its lease is what the test says it is,
 * its convs are counted. Redis is real.
 */
final class TestShard implements AutoCloseable {
    private static final AtomicLong EPOCHS = new AtomicLong(System.currentTimeMillis());
    private static final AtomicInteger PORTS = new AtomicInteger(10_000);

    final Set<Integer> convsInUse = ConcurrentHashMap.newKeySet();
    /** Convs that somebody has had lately. */
    final Set<Integer> resting = ConcurrentHashMap.newKeySet();
    /** The threads that took convs. */
    final Set<String> convsTakenBy = ConcurrentHashMap.newKeySet();

    final AtomicInteger alarmsUnderWay = new AtomicInteger();
    private long alarm = -1;
    volatile @Nullable Ownership ownership;
    volatile boolean hasConvs = true;
    final ConvoyRedis redis;
    final Traffic traffic;
    final Hall hall;
    final Reception reception;

    private final AtomicLong skippedMs = new AtomicLong();
    private final AtomicInteger nextConv = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final List<ShardWay> ways = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Desk desk;
    /** Who lets people in; anybody unless the test says otherwise. */
    volatile IdentityCheck login = new AnonymousLogin();

    TestShard(ShardSettings settings, int serverId) {
        this(settings, serverId, TestRedis.connect());
    }

    /** {@code serverId}: of a node that has no lease, so that anybody may take its rooms over. */
    TestShard(ShardSettings settings, int serverId, ConvoyRedis redis) {
        this(settings, serverId, redis, NewcomerSettings.DEFAULT);
    }

    TestShard(ShardSettings settings, int serverId, ConvoyRedis redis, NewcomerSettings newcomers) {
        this.redis = redis;
        context.exceptionHandler(failures::add);
        ownership = new Ownership(serverId, EPOCHS.incrementAndGet(), true);
        MonotonicClock clock = this::nowMs;
        traffic = new Traffic(clock, wire(), this::setAlarm, settings.link());
        Supplier<@Nullable Ownership> owner = () -> ownership;
        ConvSource convs = convs(serverId);
        Secrets secrets = Secrets.of(TestNode.CLUSTER_KEY, null);
        hall = call(() -> new Hall(vertx, redis, RoomTypes.load(), settings, traffic, convs, owner));
        IdentityCheck identities = (user, credential) -> login.check(user, credential);
        reception = new Reception(hall, redis, convs, secrets, identities, newcomers, 0, 1);
        Doorkeeper doorkeeper = new Doorkeeper(
                new Cookies(secrets.cookieKey()), System::currentTimeMillis, TestNode.HANDSHAKES_PER_SECOND);
        desk = new Desk(
                clock,
                new Desk.Place(() -> serverId, 0, 1, new Suites(TestNode.CLUSTER, true), doorkeeper),
                new Desk.Flows(
                        reception::connect,
                        reception::propose,
                        reception::reconnect,
                        new BareDesk(clock, true, reception::bare, traffic::isInUse, this::reply)),
                traffic::granted,
                this::reply);
    }

    static ShardSettings settings() {
        return ShardSettings.of(60_000, Durability.STRICT, 1_000);
    }

    long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + skippedMs.get();
    }

    /** Moves the clock on. */
    void skip(long ms) {
        run(() -> {
            skippedMs.addAndGet(ms);
            traffic.onAlarm();
        });
    }

    /** Without encryption. */
    TestPlayer plainPlayer(String user, String room) {
        TestPlayer player = player(user, room);
        player.suite = Suite.PLAIN;
        return player;
    }

    TestPlayer player(String user, String room) {
        TestPlayer player = new TestPlayer(way(), user, ScriptedRoom.TYPE, room);
        player.clock = this::nowMs;
        player.clientPort = PORTS.incrementAndGet();
        return player;
    }

    Way way() {
        ShardWay way = new ShardWay(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORTS.incrementAndGet()));
        ways.add(way);
        return way;
    }

    /** Runs something on the shard's event loop and waits for it. */
    void run(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    <T> T call(Supplier<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                done.complete(action.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Lets a janitor work here, who may take rooms. */
    void runJanitor(String name, JanitorTimes times) {
        run(() -> new Janitor(vertx, redis, name, times, () -> true, hall::adopt));
    }

    int sessionCount() {
        return call(hall::sessionCount);
    }

    int connectionCount() {
        return call(traffic::connectionCount);
    }

    /** What was thrown on the event loop and caught by nobody. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        run(hall::close);
        TestNode.get(vertx.close());
        redis.close();
    }

    /** How many control datagrams were dropped for this reason. */
    long dropped(ControlDrop why) {
        return call(() -> desk.drops().of(why));
    }

    /** Datagrams as from a socket's batch, each with a whole path header. */
    void input(List<byte[]> datagrams) {
        InetSocketAddress router = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        run(() -> datagrams.forEach(bytes -> onDatagram(router, bytes)));
    }

    private void onDatagram(InetSocketAddress router, byte[] bytes) {
        int header = PathHeader.bytes(bytes[0]);
        DatagramKind kind = bytes.length < header + DatagramKind.FIRST_WORD_BYTES
                ? DatagramKind.ILLEGAL
                : DatagramKind.of(LittleEndian.u32(bytes, header));
        if (kind == DatagramKind.CONTROL) {
            desk.onDatagram(router, bytes, bytes.length);
        } else if (kind == DatagramKind.DATA) {
            traffic.onDatagram(router, bytes, bytes.length);
        }
        traffic.settle();
    }

    private void setAlarm(long delayMs) {
        if (vertx.cancelTimer(alarm)) alarmsUnderWay.decrementAndGet();
        alarmsUnderWay.incrementAndGet();
        alarm = vertx.setTimer(delayMs, timer -> {
            alarmsUnderWay.decrementAndGet();
            traffic.onAlarm();
        });
    }

    private void reply(ClientPath path, byte[] datagram) {
        byte[] bytes = new byte[PathHeader.BYTES_MAX + datagram.length];
        int header = path.writeHeader(bytes);
        System.arraycopy(datagram, 0, bytes, header, datagram.length);
        deliver(Arrays.copyOf(bytes, header + datagram.length));
    }

    private void deliver(byte[] datagram) {
        ways.forEach(way -> way.arrived.add(datagram));
    }

    private Traffic.Wire wire() {
        return new Traffic.Wire() {
            @Override
            public void send(ClientPath path, byte[] bytes, int length) {
                deliver(Arrays.copyOf(bytes, length));
            }

            @Override
            public void flush() {}
        };
    }

    private ConvSource convs(int serverId) {
        return new ConvSource() {
            @Override
            public int take() {
                if (!hasConvs) return ConvSource.NONE;
                convsTakenBy.add(Thread.currentThread().getName());
                int conv = serverId << 24 | nextConv.incrementAndGet();
                convsInUse.add(conv);
                return conv;
            }

            @Override
            public Future<Boolean> claim(int conv) {
                return Future.succeededFuture(
                        conv >>> 24 == serverId && !resting.contains(conv) && convsInUse.add(conv));
            }

            @Override
            public void release(int conv) {
                if (!convsInUse.remove(conv)) failures.add(new AssertionError("released twice: " + conv));
            }
        };
    }

    /** Each way gets every datagram: its player knows which are its own. */
    private final class ShardWay implements Way {
        private final InetSocketAddress router;
        private final LinkedBlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();

        ShardWay(InetSocketAddress router) {
            this.router = router;
        }

        @Override
        public void send(byte[] datagram) {
            context.runOnContext(now -> onDatagram(router, datagram));
        }

        @Override
        public byte @Nullable [] receive() {
            try {
                return arrived.poll(2, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            ways.remove(this);
        }
    }
}
