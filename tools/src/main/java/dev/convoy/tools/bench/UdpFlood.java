package dev.convoy.tools.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends datagrams through something that sends them back, as fast as they come back: so many are under way at any time,
 * over so many flows in turn, each flow a socket with an address of its own. Of more flows than {@value #SOCKETS_MAX} the
 * sockets are closed after a few datagrams and opened anew.
 *
 * <p>A process of its own. Arguments: port, flows, the smallest and the largest datagram in bytes. Answers each line on standard
 * input with {@code flows=N received=N lost=N}, all since its start, and ends with it.
 */
public final class UdpFlood {
    private static final int SOCKETS_MAX = 4_000;
    private static final int UNDER_WAY = 256;
    private static final int USES_MAX = 16;
    private static final long LOST_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int SELECT_MS = 50;
    private static final int SEED = 4711;
    private static final int SERVER_ID = 1;
    private static final int TICKET_OFFSET = 4;
    private static final int TURN_OFFSET = 8;

    /** One socket, and the flow that it is at the moment. */
    private static final class Flow {
        final int number;
        DatagramChannel channel;
        int uses;
        int underWay;

        Flow(int number, DatagramChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    /** One of the datagrams under way; its turn tells it from an earlier one that comes late. */
    private static final class Ticket {
        int turn;
        long sentNanos;
        Flow flow;

        Ticket(Flow flow) {
            this.flow = flow;
        }
    }

    private final Selector selector = Selector.open();
    private final ByteBuffer out = ByteBuffer.allocateDirect(2048).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer in = ByteBuffer.allocateDirect(2048).order(ByteOrder.LITTLE_ENDIAN);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final InetSocketAddress target;
    private final int bytesMin;
    private final int bytesMax;
    private final boolean isChanging;
    private final Flow[] flows;
    private final Ticket[] tickets = new Ticket[UNDER_WAY];
    private int next;
    private volatile long opened;
    private volatile long received;
    private volatile long lost;

    private UdpFlood(int port, int flowCount, int bytesMin, int bytesMax) throws IOException {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.bytesMin = bytesMin;
        this.bytesMax = bytesMax;
        this.isChanging = flowCount > SOCKETS_MAX;
        this.flows = new Flow[Math.min(flowCount, SOCKETS_MAX)];
        for (int i = 0; i < flows.length; i++) {
            flows[i] = new Flow(i, open());
            register(flows[i]);
        }
        for (int i = 0; i < UNDER_WAY; i++) tickets[i] = new Ticket(flows[0]);
    }

    public static void main(String[] arguments) throws IOException {
        int[] numbers = new int[arguments.length];
        for (int i = 0; i < numbers.length; i++) numbers[i] = Integer.parseInt(arguments[i]);
        UdpFlood flood = new UdpFlood(numbers[0], numbers[1], numbers[2], numbers[3]);
        Thread answers = new Thread(flood::answer, "answers");
        answers.setDaemon(true);
        answers.start();
        flood.run();
    }

    private void answer() {
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (questions.readLine() != null) {
                System.out.println("flows=" + opened + " received=" + received + " lost=" + lost);
            }
        } catch (IOException gone) {
            // As its end.
        }
        Runtime.getRuntime().halt(0);
    }

    private DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.connect(target);
        countOpened();
        return channel;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    private void countOpened() {
        opened++;
    }

    private void register(Flow flow) throws IOException {
        flow.channel.register(selector, SelectionKey.OP_READ, flow);
    }

    private void run() throws IOException {
        for (int i = 0; i < UNDER_WAY; i++) send(i);
        long lookedNanos = System.nanoTime();
        while (true) {
            selector.select(this::receive, SELECT_MS);
            long now = System.nanoTime();
            if (now - lookedNanos > LOST_AFTER_NANOS) {
                replaceLost(now);
                lookedNanos = now;
            }
        }
    }

    private void receive(SelectionKey key) {
        Flow flow = (Flow) key.attachment();
        try {
            while (flow.channel.read(in.clear()) > 0) handleBack();
        } catch (PortUnreachableException restarting) {
            // It is lost, and replaced as such.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    private void handleBack() throws IOException {
        int number = in.getInt(TICKET_OFFSET);
        if (number < 0 || number >= UNDER_WAY || in.getInt(TURN_OFFSET) != tickets[number].turn) return;
        received++;
        tickets[number].flow.underWay--;
        send(number);
    }

    /** Sends a ticket's next datagram, by the flow whose turn it is. */
    private void send(int number) throws IOException {
        Flow flow = flows[next];
        next = next + 1 == flows.length ? 0 : next + 1;
        if (isChanging && flow.uses >= USES_MAX && flow.underWay == 0) renew(flow);
        Ticket ticket = tickets[number];
        ticket.turn++;
        ticket.flow = flow;
        ticket.sentNanos = System.nanoTime();
        flow.uses++;
        flow.underWay++;
        int length = bytesMin == bytesMax ? bytesMin : random.nextInt(bytesMin, bytesMax + 1);
        out.clear().limit(length);
        out.putInt(0, SERVER_ID << 24 | flow.number)
                .putInt(TICKET_OFFSET, number)
                .putInt(TURN_OFFSET, ticket.turn);
        try {
            flow.channel.write(out);
        } catch (PortUnreachableException restarting) {
            // It is lost, and replaced as such.
        }
    }

    private void renew(Flow flow) throws IOException {
        flow.channel.close();
        flow.channel = open();
        flow.uses = 0;
        register(flow);
    }

    /** What has not come back for long will not: another goes in its place. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    private void replaceLost(long now) throws IOException {
        for (int i = 0; i < UNDER_WAY; i++) {
            if (now - tickets[i].sentNanos < LOST_AFTER_NANOS) continue;
            lost++;
            tickets[i].flow.underWay--;
            send(i);
        }
    }
}
