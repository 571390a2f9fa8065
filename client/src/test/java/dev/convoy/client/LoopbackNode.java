package dev.convoy.client;

import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.Resumed.Place;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.ServerId;
import dev.convoy.protocol.wire.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A small but real peer on a UDP socket: a router, and behind it a cluster of nodes of which one, the owner, holds the
 * room. It speaks the whole plain protocol with the classes that the product's node uses, echoes every
 * message, and can be told to misbehave.
 */
final class LoopbackNode implements AutoCloseable {
    /** A session as the service knows it; it survives its node, as if it lay in Redis. */
    static final class Seat {
        final SessionId id = new SessionId(RANDOM.nextLong(), RANDOM.nextLong());
        final String user;
        final String room;
        final List<String> received = new ArrayList<>();
        final Outbox outbox = new Outbox(0, 10_000, 10_000_000);
        final Inbox inbox = new Inbox(0);
        ReconnectToken token = ReconnectToken.of(random32());

        @Nullable
        ReconnectToken previous;

        long previousAttempt;

        @Nullable
        Answer lastAnswer;

        @Nullable
        SessionLink link;

        @Nullable
        SocketAddress address;

        @Nullable
        ErrorCode left;

        int returns;

        Seat(String user, String room) {
            this.user = user;
            this.room = room;
        }
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] TOKEN_KEY = new byte[32];

    final List<Envelope> requests = new ArrayList<>();
    final List<Integer> requestPorts = new ArrayList<>();
    final List<Seat> seats = new ArrayList<>();
    private final DatagramSocket socket;
    private final Thread thread;
    private final SegmentPool pool = new SegmentPool();
    private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    private final byte[] outgoing = new byte[1_500];
    private final Map<Long, Answer> accepts = new HashMap<>();
    private final Map<Long, Integer> acceptedSeats = new HashMap<>();
    private @Nullable Predicate<Envelope> requestLoss;
    private @Nullable Predicate<Envelope> answerLoss;
    private @Nullable Predicate<Integer> dataLoss;
    private final List<Refused> refusals = new ArrayList<>();
    private final List<Redirect> redirects = new ArrayList<>();
    private int answerCopies = 1;
    private int owner = 1;
    private int deadOwner;
    private long deadLeaseUntilMs;
    private int nextSequence = 1;
    private boolean echo = true;
    private boolean open = true;

    LoopbackNode() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.setSoTimeout(5);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "loopback-node");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        open = false;
        socket.close();
    }

    // ---- what a test can ask for

    synchronized void loseRequests(@Nullable Predicate<Envelope> loss) {
        requestLoss = loss;
    }

    synchronized void loseAnswers(@Nullable Predicate<Envelope> loss) {
        answerLoss = loss;
    }

    /** Data datagrams of these convs are lost in both directions. */
    synchronized void loseData(@Nullable Predicate<Integer> loss) {
        dataLoss = loss;
    }

    synchronized void copyAnswers(int copies) {
        answerCopies = copies;
    }

    synchronized void refuseNext(Refused... next) {
        refusals.addAll(List.of(next));
    }

    synchronized void redirectNext(Redirect... next) {
        redirects.addAll(List.of(next));
    }

    synchronized void stopEchoing() {
        echo = false;
    }

    /** The owner dies; who asks for any node is redirected to it until its lease has run out. */
    synchronized void killOwner(long leaseMs) {
        deadOwner = owner;
        deadLeaseUntilMs = nowMs() + leaseMs;
        owner++;
        for (Seat seat : seats) seat.link = null;
    }

    /** Sends a message to a player, as a room does. */
    synchronized void push(Seat seat, String message) {
        seat.outbox.release(seat.outbox.append(message.getBytes(StandardCharsets.UTF_8)));
        pump(seat);
    }

    synchronized void goAway(Seat seat, int spreadMs, int target) {
        if (seat.link != null) seat.link.goAway(spreadMs, target, nowMs());
        pump(seat);
    }

    synchronized void closeConv(Seat seat, ErrorCode reason, String detail) {
        if (seat.link != null) seat.link.close(reason, detail, nowMs());
        pump(seat);
    }

    /** Whether the player has confirmed all that was sent. */
    synchronized boolean isDelivered(Seat seat) {
        return seat.link != null && seat.link.isDelivered();
    }

    /** Sends any bytes to where the player is. */
    synchronized void sendRaw(Seat seat, byte[] bytes) {
        if (seat.address != null) send(bytes, bytes.length, seat.address);
    }

    /** The service forgets the session. */
    synchronized void forget(Seat seat) {
        seats.remove(seat);
        seat.link = null;
    }

    synchronized Seat seat(int index) {
        return seats.get(index);
    }

    synchronized int seatCount() {
        return seats.size();
    }

    synchronized List<String> received(Seat seat) {
        return List.copyOf(seat.received);
    }

    synchronized List<Envelope> requests(ControlType type) {
        return requests.stream().filter(request -> request.type() == type).toList();
    }

    synchronized List<Integer> requestPorts() {
        return List.copyOf(requestPorts);
    }

    // ---- the service

    private void run() {
        byte[] bytes = new byte[2_048];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        while (open) {
            try {
                packet.setLength(bytes.length);
                socket.receive(packet);
                input(bytes, packet.getLength(), packet.getSocketAddress());
            } catch (SocketTimeoutException e) {
                tick();
            } catch (IOException e) {
                return;
            }
            tick();
        }
    }

    private synchronized void tick() {
        for (Seat seat : seats) {
            if (seat.link == null) continue;
            seat.link.handleTimeout(nowMs());
            pump(seat);
        }
    }

    private synchronized void input(byte[] bytes, int length, SocketAddress from) {
        if (length < 4) return;
        int firstWord = LittleEndian.u32(bytes, 0);
        if (DatagramKind.of(firstWord) == DatagramKind.CONTROL) {
            if (ControlDatagram.parse(bytes, 0, length) instanceof Envelope request) request(request, from);
            return;
        }
        if (dataLoss != null && dataLoss.test(firstWord)) return;
        for (Seat seat : List.copyOf(seats)) {
            if (seat.link == null || seat.link.conv() != firstWord) continue;
            seat.link.input(bytes, 0, length, nowMs());
            pump(seat);
        }
    }

    private void pump(Seat seat) {
        SessionLink link = seat.link;
        if (link == null) return;
        for (LinkEvent event = link.poll(); event != LinkEvent.NONE; event = link.poll()) {
            if (event == LinkEvent.BROKEN) throw new AssertionError("the client broke the protocol");
            if (event == LinkEvent.MESSAGE) message(seat, link.frame().payload());
            if (event == LinkEvent.VOLATILE)
                link.sendVolatile(link.frame().channel(), link.frame().payload());
            if (event == LinkEvent.CLOSE) seat.left = ErrorCode.of(link.frame().code());
        }
        link.flush(nowMs());
        for (int n = link.pollTransmit(outgoing, 0); n > 0; n = link.pollTransmit(outgoing, 0)) {
            boolean lost = dataLoss != null && dataLoss.test(link.conv());
            if (!lost && seat.address != null) send(outgoing, n, seat.address);
        }
    }

    private void message(Seat seat, byte[] message) {
        seat.received.add(new String(message, StandardCharsets.UTF_8));
        seat.inbox.makeDurable(seat.inbox.received());
        if (echo) seat.outbox.release(seat.outbox.append(message));
    }

    private void request(Envelope request, SocketAddress from) {
        requests.add(request);
        requestPorts.add(((InetSocketAddress) from).getPort());
        if (requestLoss != null && requestLoss.test(request)) return;
        if (deadOwner != 0 && request.target() == deadOwner) return;
        if (!redirects.isEmpty()) {
            answer(request.answer(redirects.remove(0)), from);
        } else if (!refusals.isEmpty()) {
            answer(request.answer(refusals.remove(0)), from);
        } else if (nowMs() < deadLeaseUntilMs) {
            answer(request.answer(new Redirect(deadOwner, (int) (deadLeaseUntilMs - nowMs()))), from);
        } else {
            Answer given = request.type() == ControlType.CONNECT ? connect(request, from) : reconnect(request, from);
            answer(request.answer(given), from);
        }
    }

    private void answer(Envelope answer, SocketAddress to) {
        if (answerLoss != null && answerLoss.test(answer)) return;
        byte[] bytes = answer.encode();
        for (int i = 0; i < answerCopies; i++) send(bytes, bytes.length, to);
    }

    private Answer connect(Envelope request, SocketAddress from) {
        ConnectRequest connect = ConnectRequest.parse(request.payload());
        if (connect == null) return Refused.because(ErrorCode.BAD_REQUEST, "");
        Answer before = accepts.get(request.attempt());
        if (before != null) {
            seats.get(acceptedSeats.getOrDefault(request.attempt(), 0)).address = from;
            return before;
        }
        String room = connect.join().roomId().isEmpty() ? "own" : connect.join().roomId();
        Seat seat = new Seat(connect.join().user(), room);
        seats.add(seat);
        Grant grant = begin(seat, from);
        Accepted accepted = new Accepted(grant, seat.id, room, "player-" + seat.user);
        accepts.put(request.attempt(), accepted);
        acceptedSeats.put(request.attempt(), seats.size() - 1);
        return accepted;
    }

    private Answer reconnect(Envelope request, SocketAddress from) {
        ReconnectRequest back = ReconnectRequest.parse(request.payload());
        if (back == null) return Refused.because(ErrorCode.BAD_REQUEST, "");
        Seat seat = seats.stream()
                .filter(known -> known.id.equals(back.session()))
                .findFirst()
                .orElse(null);
        if (seat == null) return Refused.because(ErrorCode.SESSION_LOST, "");
        if (seat.previous != null && back.token().equals(seat.previous)) {
            boolean same = request.attempt() == seat.previousAttempt && seat.lastAnswer != null;
            if (!same || seat.lastAnswer == null) return Refused.because(ErrorCode.TOKEN_REUSED, "");
            seat.address = from;
            return seat.lastAnswer;
        }
        if (!back.token().equals(seat.token)) return Refused.because(ErrorCode.TOKEN_INVALID, "");
        seat.previous = seat.token;
        seat.previousAttempt = request.attempt();
        seat.token = seat.token.successor(TOKEN_KEY, seat.id, request.attempt());
        seat.returns++;
        if (!seat.outbox.acknowledge(back.received())) return Refused.because(ErrorCode.SESSION_LOST, "ahead");
        Place place = ServerId.of(back.oldConv()) == owner ? Place.SAME_NODE : Place.RESTORED;
        Answer answer = new Resumed(begin(seat, from), seat.inbox.durable(), place);
        seat.lastAnswer = answer;
        return answer;
    }

    private Grant begin(Seat seat, SocketAddress from) {
        int conv = owner << 24 | nextSequence++;
        Kcp kcp = new Kcp(conv, KcpSettings.turbo(), pool);
        seat.link = new SessionLink(kcp, seat.outbox, seat.inbox, LinkTimes.NODE, scratch, nowMs());
        seat.address = from;
        return new Grant(conv, seat.token, new byte[Grant.RESET_TOKEN_BYTES], 1, 60_000);
    }

    private void send(byte[] bytes, int length, SocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, length, to));
        } catch (IOException e) {
            if (open) throw new UncheckedIOException(e);
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    private static byte[] random32() {
        byte[] bytes = new byte[ReconnectToken.BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
