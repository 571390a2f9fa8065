package dev.convoy.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Where Redis is, read from the URI of {@link RedisSettings}. */
record RedisAddress(Kind kind, List<RedisURI> all) {
    /** For the first words on a new connection: a Redis or a node that is just starting may take its time. */
    private static final Duration GREETING_TIMEOUT = Duration.ofSeconds(5);

    enum Kind {
        SINGLE,
        CLUSTER,
        SENTINEL
    }

    private static final String CLUSTER = "redis-cluster://";
    private static final String SENTINEL = "redis-sentinel://";

    static RedisAddress parse(RedisSettings settings) {
        String uri = settings.uri();
        try {
            if (uri.startsWith(CLUSTER)) {
                return cluster(settings, uri.substring(CLUSTER.length()));
            }
            if (uri.startsWith(SENTINEL)) {
                return sentinel(settings, uri.substring(SENTINEL.length()));
            }
            if (uri.startsWith("redis://") || uri.startsWith("rediss://")) {
                return new RedisAddress(Kind.SINGLE, List.of(configured(settings, RedisURI.create(uri))));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a Redis URI: " + withoutPassword(uri) + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("not a Redis URI: " + withoutPassword(uri)
                + "; it begins with redis://, rediss://, redis-cluster:// or redis-sentinel://");
    }

    RedisURI first() {
        return all.get(0);
    }

    String shown() {
        return String.join(",", all.stream().map(RedisURI::toString).toList());
    }

    private static RedisAddress cluster(RedisSettings settings, String rest) {
        int at = rest.lastIndexOf('@');
        String credentials = at < 0 ? "" : rest.substring(0, at + 1);
        List<RedisURI> nodes = Stream.of(rest.substring(at + 1).split(",", -1))
                .map(node -> configured(settings, RedisURI.create("redis://" + credentials + node)))
                .toList();
        return new RedisAddress(Kind.CLUSTER, nodes);
    }

    private static RedisAddress sentinel(RedisSettings settings, String rest) {
        int slash = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "the master's name is missing: redis-sentinel://host:port,host:port/name");
        }
        RedisURI uri = RedisURI.create(SENTINEL + rest.substring(0, slash) + "#" + rest.substring(slash + 1));
        return new RedisAddress(Kind.SENTINEL, List.of(configured(settings, uri)));
    }

    private static RedisURI configured(RedisSettings settings, RedisURI uri) {
        uri.setTimeout(GREETING_TIMEOUT);
        uri.setClientName(settings.clientName());
        return uri;
    }

    private static String withoutPassword(String uri) {
        return uri.replaceAll("//[^/]*@", "//***@");
    }
}
