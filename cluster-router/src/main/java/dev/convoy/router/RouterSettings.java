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
