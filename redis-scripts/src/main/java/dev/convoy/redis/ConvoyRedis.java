package dev.convoy.redis;

/**
 * The one door to Redis: everything that outlives a node.
 *
 * <p>One Lettuce connection, shared by all steps: a node opens one of these per event loop. Every call returns at once with a stage;
 * the stage completes on a thread of Lettuce's, so the caller hops back to its own. A stage that fails does so with {@link RedisUnavailable}
 * (try again later), with what the method names, or with an {@link IllegalStateException}, which is a fault of ours. Arguments
 * that cannot be right (a name of no or too many bytes, a hash of the wrong length) throw {@link IllegalArgumentException}
 * from the call itself.
 *
 * <p>Redisson, which is heavy, is started by the first use of {@link #hints()}, {@link #quotas()} or {@link Due#claim}, and never on the path of a packet.
 */
public final class ConvoyRedis implements AutoCloseable {
    private final RedisLink link;
    private final NodeLeases nodeLeases;
    private final Directory directory;
    private final ConvLeases convLeases;
    private final Rooms rooms;
    private final Sessions sessions;
    private final Users users;
    private final Coordination coordination;
    private final Due due;
    private final Hints hints;
    private final Steps steps;
    private final Quotas quotas;

    private ConvoyRedis(RedisSettings settings, RedisLink link) {
        this.steps = new Steps(link.commands());
        this.link = link;
        this.nodeLeases = new NodeLeases(steps, settings.serverIdQuarantine());
        this.directory = new Directory(steps);
        this.convLeases = new ConvLeases(steps, ConvLeases.SEGMENT_SIZE);
        this.rooms = new Rooms(steps, settings.roomTtl());
        this.users = new Users(steps);
        this.sessions = new Sessions(steps, users);
        this.coordination = new Coordination(settings);
        this.due = new Due(steps, coordination);
        this.hints = new Hints(coordination);
        this.quotas = new Quotas(coordination);
    }

    /**
     * Connects, which blocks for some seconds at most: not for an event loop.
     *
     * @throws RedisUnavailable if there is no Redis
     * @throws IllegalArgumentException if the URI is not one
     */
    public static ConvoyRedis connect(RedisSettings settings) {
        return new ConvoyRedis(settings, RedisLink.open(settings));
    }

    public NodeLeases nodeLeases() {
        return nodeLeases;
    }

    public Directory directory() {
        return directory;
    }

    public ConvLeases convLeases() {
        return convLeases;
    }

    public Rooms rooms() {
        return rooms;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Users users() {
        return users;
    }

    public Due due() {
        return due;
    }

    public Hints hints() {
        return hints;
    }

    public Quotas quotas() {
        return quotas;
    }

    /** Sends the commands of all calls made in {@code calls} in one piece, from the thread that owns this. */
    public void batch(Runnable calls) {
        link.batch(calls);
    }

    /** Tells somebody how every step fares, from now on. */
    public void observe(StepObserver observer) {
        steps.observe(observer);
    }

    /** Whether the connection stands at this moment; a command may still fail. */
    public boolean isConnected() {
        return link.isOpen();
    }

    /** Blocks for some seconds at most. */
    @Override
    public void close() {
        coordination.close();
        link.close();
    }
}
