package dev.convoy.tools.peer;

import dev.convoy.node.NodeMain;
import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.router.RouterMain;
import java.io.IOException;

/** Redis, a node and a router in one process, set by its environment: what stands in the middle of {@link NatTest}. */
final class NatWorld {
    static final int REDIS_PORT = 6390;

    private NatWorld() {}

    public static void main(String[] arguments) throws IOException {
        RedisServerProcess redis =
                RedisServerProcess.start(RedisServerProcess.Options.inMemory().withPort(REDIS_PORT));
        Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
        NodeMain.main(arguments);
        RouterMain.main(arguments);
    }
}
