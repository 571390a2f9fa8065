package dev.convoy.router;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a router is set up, from its environment.
 *
 * @param host the address that clients send to; never the wildcard, from which an answer might leave by another
 * @param port the public UDP port, 0 = any free one
 * @param loops event loops, each with sockets of its own
 * @param insideHost the address that nodes answer to; the same as {@code host} unless said otherwise
 * @param redisUri where the directory is
 * @param dieWithParent end when standard input ends
 */
record RouterSettings(
        InetAddress host, int port, int loops, InetAddress insideHost, String redisUri, boolean dieWithParent) {

    LimitSettings limits() {
        return new LimitSettings(2000, 20000, 50, 1000, 0, 24, 56);
    }

    java.util.Optional<byte[]> resetKey() {
        return java.util.Optional.empty();
    }

    private static final int LOOPS_MAX = 64;
    private static final int PORT_MAX = 65535;

    /** A setting that cannot be; its message is one sentence for the operator. */
    static final class Invalid extends Exception {
        Invalid(String message) {
            super(message);
        }
    }

    static RouterSettings of(Map<String, String> environment) throws Invalid {
        String host = environment.getOrDefault("CONVOY_ROUTER_HOST", "127.0.0.1");
        return new RouterSettings(
                address("CONVOY_ROUTER_HOST", host),
                integer(environment, "CONVOY_ROUTER_PORT", 7000, 0, PORT_MAX),
                integer(environment, "CONVOY_ROUTER_LOOPS", processors(), 1, LOOPS_MAX),
                address("CONVOY_ROUTER_INSIDE_HOST", environment.getOrDefault("CONVOY_ROUTER_INSIDE_HOST", host)),
                redisUri(environment.getOrDefault("CONVOY_REDIS_URI", "redis://127.0.0.1:6379")),
                bool(environment, "CONVOY_DIE_WITH_PARENT"));
    }

    private static int processors() {
        return Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    }

    private static InetAddress address(String name, String text) throws Invalid {
        byte @Nullable [] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) throw new Invalid(name + " must be an IPv4 or IPv6 address, not \"" + text + "\".");
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            if (!address.isAnyLocalAddress()) return address;
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
        throw new Invalid(name + " must be one address of this machine, not the wildcard \"" + text + "\": an answer"
                + " could leave from another address than the client sent to.");
    }

    private static int integer(Map<String, String> environment, String name, int otherwise, int min, int max)
            throws Invalid {
        String text = environment.get(name);
        if (text == null) return otherwise;
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= min && value <= max) return value;
        } catch (NumberFormatException noNumber) {
            // Said below, as for a number out of range.
        }
        throw new Invalid(name + " must be a number from " + min + " to " + max + ", not \"" + text + "\".");
    }

    private static String redisUri(String text) throws Invalid {
        try {
            String scheme = URI.create(text).getScheme();
            if (scheme != null && scheme.startsWith("redis")) return text;
        } catch (IllegalArgumentException noUri) {
            // Said below. The text itself is not repeated: it may hold a password.
        }
        throw new Invalid("CONVOY_REDIS_URI must be a redis://, rediss://, redis-cluster:// or redis-sentinel:// URI.");
    }

    private static boolean bool(Map<String, String> environment, String name) throws Invalid {
        String text = environment.getOrDefault(name, "false");
        if (text.equals("true")) return true;
        if (text.equals("false")) return false;
        throw new Invalid(name + " must be true or false, not \"" + text + "\".");
    }
}
