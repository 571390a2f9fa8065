package dev.convoy.router;

import com.sun.management.ThreadMXBean;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.redis.ConvoyRedis;
import dev.convoy.redis.NodeRow;
import dev.convoy.redis.NodeState;
import dev.convoy.redis.RedisSettings;
import dev.convoy.redis.local.RedisServerProcess;
import dev.convoy.router.NodeRoute.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Measures what a forwarded datagram costs: CPU time of the router process (user and system, from {@code /proc}) and
 * bytes that its loop allocates, beside a process of the same sockets that only echoes. Linux only; not a test.
 *
 * <p>A number of flows, each a client's socket with a few datagrams under way, are sent to a node that echoes. A round
 * trip is two datagrams forwarded, and one echoed. Arguments: {@code flows bytes seconds window}.
 */
final class ForwardingCost {
    private static final int NODE = 1;
    private static final double TICKS_PER_SECOND = 100;
    private static final int WARM_UP_SECONDS = 4;

    private final int flows;
    private final int bytes;
    private final int seconds;
    private final int window;
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
    private volatile long roundTrips;

    private ForwardingCost(int flows, int bytes, int seconds, int window) {
        this.flows = flows;
        this.bytes = bytes;
        this.seconds = seconds;
        this.window = window;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("echo")) {
            Channel echo = bind(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next(), new Echo());
            System.out.println("ready port=" + ((InetSocketAddress) echo.localAddress()).getPort());
            System.in.transferTo(OutputStream.nullOutputStream());
            Runtime.getRuntime().halt(0);
        }
        int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        int[] all = {64, 128, 10, 8};
        System.arraycopy(numbers, 0, all, 0, numbers.length);
        new ForwardingCost(all[0], all[1], all[2], all[3]).measure();
        Runtime.getRuntime().halt(0);
    }

    private void measure() throws Exception {
        System.out.printf("%d flows, %d bytes, %d under way each, %d s%n", flows, bytes, window, seconds);
        measureProcess("direct echo", start(Map.of(), ForwardingCost.class, "echo"), 1);
        InetSocketAddress node = (InetSocketAddress) bind(loop, new Echo()).localAddress();
        try (RedisServerProcess redis = RedisServerProcess.start();
                ConvoyRedis directory = ConvoyRedis.connect(RedisSettings.of(redis.uri()))) {
            NodeRow row = new NodeRow(NODE, 1, "127.0.0.1", List.of(node.getPort()), NodeState.ACCEPTING, 0, 3_600_000);
            directory.directory().publish(row).toCompletableFuture().get(10, TimeUnit.SECONDS);
            Map<String, String> environment =
                    Map.of("CONVOY_REDIS_URI", redis.uri(), "CONVOY_ROUTER_LOOPS", "1", "CONVOY_ROUTER_PORT", "0");
            measureProcess("router", start(environment, RouterMain.class), 2);
        }
        measureAllocation(node);
    }

    private void measureProcess(String name, Process process, int datagrams) throws Exception {
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            int port = Integer.parseInt(line.replaceAll(".*port=(\\d+).*", "$1"));
            List<Channel> clients = flood(new InetSocketAddress(NetUtil.LOCALHOST4, port));
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long before = roundTrips;
            double cpuBefore = cpuSeconds(process.pid());
            long start = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double elapsed = (System.nanoTime() - start) / 1e9;
            double cpu = cpuSeconds(process.pid()) - cpuBefore;
            long trips = roundTrips - before;
            System.out.printf(
                    "%-12s %,9.0f round trips/s, %.2f of a core, %.2f µs a round trip, %.2f µs a datagram%n",
                    name, trips / elapsed, cpu / elapsed, cpu * 1e6 / trips, cpu * 1e6 / trips / datagrams);
            for (Channel client : clients) client.close().sync();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** In this process, where one can ask how much a thread has allocated. */
    private void measureAllocation(InetSocketAddress node) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
        Membership.Listing listing = new Membership.Listing(NODE, 1, List.of(node), State.ACCEPTING, 3_600_000);
        RouterSettings settings = RouterFixture.settings(NetUtil.LOCALHOST4, 0, 1);
        Router router = Router.start(vertx, settings, () -> CompletableFuture.completedStage(List.of(listing)))
                .await();
        flood(router.publicAddress());
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long allocated = allocatedByEventLoops();
        long before = roundTrips;
        TimeUnit.SECONDS.sleep(seconds);
        System.out.printf(
                "router       %.0f bytes allocated a datagram (heap); %s%n",
                (allocatedByEventLoops() - allocated) / 2.0 / (roundTrips - before), router.counters());
    }

    private static long allocatedByEventLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("vert.x-eventloop"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }

    private static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.US_ASCII);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static Process start(Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CONVOY_DIE_WITH_PARENT", "true");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Channel bind(EventLoop loop, ChannelInboundHandlerAdapter handler) throws InterruptedException {
        UdpTransport transport = UdpTransport.of(loop);
        InetSocketAddress any = new InetSocketAddress(NetUtil.LOCALHOST4, 0);
        return transport
                .bind(loop, any, false, transport.receiveBuffers(0), handler)
                .sync()
                .channel();
    }

    private List<Channel> flood(InetSocketAddress to) throws InterruptedException {
        List<Channel> clients = new ArrayList<>();
        for (int flow = 0; flow < flows; flow++) {
            Channel channel = bind(loop, new Flow());
            clients.add(channel);
            loop.execute(() -> {
                for (int i = 0; i < window; i++) {
                    ByteBuf datagram = Unpooled.directBuffer(bytes).writeIntLE(NODE << 24 | 1);
                    UdpTransport.write(channel, datagram.writeZero(bytes - Integer.BYTES), to);
                }
                channel.flush();
            });
        }
        return clients;
    }

    /** A client: what comes back goes out again. */
    private final class Flow extends Echo {
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // All flows are on one loop.
        public void channelRead(ChannelHandlerContext context, Object message) {
            roundTrips++;
            super.channelRead(context, message);
        }
    }

    /** Sends back what it gets; answers probes. */
    private static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            ByteBuf datagram = packet.content();
            int magicAt = datagram.readerIndex() + PathHeader.IPV4_BYTES;
            if (datagram.getIntLE(magicAt) == ControlType.PROBE.magic()) {
                datagram.setIntLE(magicAt, ControlType.PROBE_REPLY.magic());
            }
            UdpTransport.write(context.channel(), datagram, packet.sender());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
