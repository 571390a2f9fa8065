package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.netty.channel.epoll.Epoll;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the fast form of the data path is there, and does what it is for. */
class MmsgTest {
    /** The loop before it is the table's keeper's, which goes on probing meanwhile. */
    private static final String DATA_PATH = "vert.x-eventloop-thread-1";

    private static final int WARM_UP = 5_000;
    private static final int MEASURED = 50_000;
    private static final int BURST = 50;

    private final RouterFixture fixture = new RouterFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void nettysCallsAreFoundWhereverNettyHasEpoll() {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        assertThat(Mmsg.isAvailable())
                .as("this Netty hides recvmmsg and sendmmsg elsewhere: look at Mmsg before going on with it")
                .isTrue();
    }

    @Test
    void forwardingAllocatesNothing() throws Exception {
        assumeTrue(Mmsg.isAvailable());
        try (FakeNode node = new FakeNode(1, 1);
                FakeClient client = new FakeClient()) {
            fixture.list(node);
            Router router = fixture.start(1);
            echo(router, node, client, WARM_UP);
            long before = allocatedByTheDataPath();
            echo(router, node, client, MEASURED);
            long bytes = allocatedByTheDataPath() - before;
            assertThat(bytes / (2.0 * MEASURED)).as("bytes for a datagram").isLessThan(4);
        }
    }

    private static void echo(Router router, FakeNode node, FakeClient client, int count) throws Exception {
        byte[] datagram = Datagrams.data(1, 1, 1, 128);
        for (int i = 0; i < count; i += BURST) {
            for (int j = 0; j < BURST; j++) client.send(datagram, router.publicAddress());
            for (int j = 0; j < BURST; j++) client.receive(router.publicAddress());
            node.received.clear();
        }
    }

    private static long allocatedByTheDataPath() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(DATA_PATH))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }
}
