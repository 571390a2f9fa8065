package dev.convoy.router;

import dev.convoy.operations.http.AdminSettings;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.ProcessSettings;
import dev.convoy.operations.settings.Setting;
import dev.convoy.operations.settings.SettingType;
import dev.convoy.operations.settings.Settings;
import dev.convoy.operations.settings.Sources;
import java.net.InetAddress;
import java.util.Optional;

/** A router's settings: each declared here, once, and read by the method of its name. */
public final class RouterSettings {
    private static final int LOOPS_MAX = 64;
    private static final int PORT_MAX = 65535;
    private static final int DRAIN_MS_MAX = 600_000;
    private static final int RATE_MAX = 100_000_000;

    /** All of them, in the order of the documentation. */
    public static final Declarations ALL = new Declarations("router");

    private static final Setting<InetAddress> HOST = ALL.add(Setting.of(
                    "CONVOY_ROUTER_HOST",
                    SettingType.ownAddress(),
                    "The address that clients send to; an answer has to leave by the same.")
            .or("127.0.0.1", settings -> InetAddress.getLoopbackAddress()));

    private static final Setting<Integer> PORT = ALL.add(Setting.of(
                    "CONVOY_ROUTER_PORT",
                    SettingType.number(0, PORT_MAX),
                    "The public UDP port; 0 = any free one, told in the ready line.")
            .or(7000));

    private static final Setting<Integer> LOOPS = ALL.add(Setting.of(
                    "CONVOY_ROUTER_LOOPS",
                    SettingType.number(1, LOOPS_MAX),
                    "Event loops, each with sockets of its own.")
            .or("one for each core", settings -> processors()));

    private static final Setting<InetAddress> INSIDE_HOST = ALL.add(
            Setting.of("CONVOY_ROUTER_INSIDE_HOST", SettingType.ownAddress(), "The address that nodes answer to.")
                    .or("as CONVOY_ROUTER_HOST", settings -> settings.get(HOST)));

    private static final Setting<Integer> DRAIN_MS = ALL.add(Setting.of(
                    "CONVOY_ROUTER_DRAIN_MS",
                    SettingType.number(0, DRAIN_MS_MAX),
                    "How long after SIGTERM, in milliseconds, it still forwards, so that whoever spreads the clients over"
                            + " the routers can leave it out first; it is not ready at once.")
            .or(10_000));

    private static final Setting<Integer> CONTROL_PER_PREFIX = ALL.add(Setting.of(
                    "CONVOY_ROUTER_CONTROL_PER_PREFIX",
                    SettingType.number(1, RATE_MAX),
                    "Handshake datagrams a second that one network prefix gets through; twice as many at once. To be raised"
                            + " where clients come from behind a few addresses.")
            .or(2000));

    private static final Setting<Integer> CONTROL_TOTAL = ALL.add(Setting.of(
                    "CONVOY_ROUTER_CONTROL_TOTAL",
                    SettingType.number(1, RATE_MAX),
                    "Handshake datagrams a second that everybody together gets through; twice as many at once.")
            .or(20_000));

    private static final Setting<Integer> RESETS_PER_PREFIX = ALL.add(Setting.of(
                    "CONVOY_ROUTER_RESETS_PER_PREFIX",
                    SettingType.number(1, RATE_MAX),
                    "Resets a second that one network prefix is sent.")
            .or(500));

    private static final Setting<Integer> RESETS_TOTAL = ALL.add(Setting.of(
                    "CONVOY_ROUTER_RESETS_TOTAL",
                    SettingType.number(1, RATE_MAX),
                    "Resets a second that everybody together is sent.")
            .or(5000));

    private static final Setting<Integer> DATA_PER_PREFIX = ALL.add(Setting.of(
                    "CONVOY_ROUTER_DATA_PER_PREFIX",
                    SettingType.number(0, RATE_MAX),
                    "Data datagrams a second that one network prefix gets through; 0 = as many as come.")
            .or(0));

    private static final Setting<Integer> IPV4_PREFIX_BITS = ALL.add(Setting.of(
                    "CONVOY_ROUTER_IPV4_PREFIX_BITS",
                    SettingType.number(1, 32),
                    "How many bits of an IPv4 address are a network prefix.")
            .or(24));

    private static final Setting<Integer> IPV6_PREFIX_BITS = ALL.add(
            Setting.of("CONVOY_ROUTER_IPV6_PREFIX_BITS", SettingType.number(1, 64), "The same of an IPv6 address.")
                    .or(56));

    private static final Setting<byte[]> RESET_KEY = ALL.add(ProcessSettings.RESET_KEY);

    private static final Setting<String> REDIS_URI = ALL.add(ProcessSettings.REDIS_URI);

    private static final Setting<Boolean> DIE_WITH_PARENT = ALL.add(ProcessSettings.DIE_WITH_PARENT);

    static {
        ALL.add(ProcessSettings.ADMIN_HOST);
        ALL.add(ProcessSettings.ADMIN_PORT);
        ALL.add(ProcessSettings.ADMIN_TOKEN);
        ALL.add(ProcessSettings.CONFIG);
    }

    private final Settings settings;

    private RouterSettings(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads and checks them.
     *
     * @throws dev.convoy.operations.settings.InvalidSettings with a sentence for each that is wrong
     */
    static RouterSettings from(Sources sources) {
        return new RouterSettings(ALL.read(sources));
    }

    private static int processors() {
        return Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    }

    /** As they were read, for whoever shows them. */
    Settings settings() {
        return settings;
    }

    /** The address that clients send to; never the wildcard, from which an answer might leave by another. */
    InetAddress host() {
        return settings.get(HOST);
    }

    /** The public UDP port, 0 = any free one. */
    int port() {
        return settings.get(PORT);
    }

    int loops() {
        return settings.get(LOOPS);
    }

    /** The address that nodes answer to. */
    InetAddress insideHost() {
        return settings.get(INSIDE_HOST);
    }

    /** How long it still forwards after SIGTERM. */
    int drainMs() {
        return settings.get(DRAIN_MS);
    }

    LimitSettings limits() {
        return new LimitSettings(
                settings.get(CONTROL_PER_PREFIX),
                settings.get(CONTROL_TOTAL),
                settings.get(RESETS_PER_PREFIX),
                settings.get(RESETS_TOTAL),
                settings.get(DATA_PER_PREFIX),
                settings.get(IPV4_PREFIX_BITS),
                settings.get(IPV6_PREFIX_BITS));
    }

    /** Empty: no Resets are sent. */
    Optional<byte[]> resetKey() {
        return settings.find(RESET_KEY);
    }

    String redisUri() {
        return settings.get(REDIS_URI);
    }

    boolean dieWithParent() {
        return settings.get(DIE_WITH_PARENT);
    }

    /** Empty when there is to be no admin server. */
    Optional<AdminSettings> admin() {
        return AdminSettings.from(settings);
    }
}
