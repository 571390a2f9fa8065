package dev.convoy.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.Inbox;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.LinkTimes;
import dev.convoy.protocol.session.Outbox;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.protocol.wire.SessionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client and its router in one, on the test's thread: nothing happens but inside {@link #await} and its
 * like, so a player that is not pumped is silent. Every datagram passes {@link #outbound} or {@link #inbound},
 * where a test can lose, double, keep or alter it.
 */
final class TestPlayer implements AutoCloseable {
    private static final long PATIENCE_MS = 10_000;
    private static final long REPEAT_AFTER_MS = 250;
    private static final int CLIENT_ADDRESS = 0x0100000A; // 10.0.0.1

    final String user;
    final String roomType;
    Way way;
    LongSupplier clock = () -> System.nanoTime() / 1_000_000;
    String room;
    byte[] credential = {};
    String password = "";
    Suite suite = Suite.SEALED;
    TestSeal seal = new TestSeal();
    int clientPort = 40_000;

    Function<byte[], List<byte[]>> outbound = List::of;
    Function<byte[], List<byte[]>> inbound = List::of;

    /** What was heard from the room, as text, in order; {@code state} in front of states. */
    final List<String> heard = new ArrayList<>();

    final Map<Integer, String> seen = new HashMap<>();
    final List<Envelope> answers = new ArrayList<>();
    final Outbox outbox = new Outbox(0, 1 << 20, 1 << 30);
    final Inbox inbox = Inbox.ofClient(0);

    @Nullable
    ErrorCode closed;

    SessionId session = new SessionId(0, 0);

    @Nullable
    Grant grant;
    /** Of the next return. */
    long nextAttempt = freshAttempt();

    private @Nullable SessionLink link;
    private final SegmentPool pool = new SegmentPool();
    private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    private final byte[] out = new byte[2048];

    TestPlayer(Way way, String user, String roomType, String room) {
        this.way = way;
        this.user = user;
        this.roomType = roomType;
        this.room = room;
    }

    TestPlayer reading(TestPlayer other) {
        seal = other.seal;
        return this;
    }

    static long freshAttempt() {
        return ThreadLocalRandom.current().nextLong();
    }

    // ---- handshakes ------------------------------------------------------------------------------------

    /** Joins, and fails the test when it is not let in. */
    TestPlayer join() {
        assertThat(connect()).isInstanceOf(Accepted.class);
        return this;
    }

    /** Asks to be let in, as often as a busy node wants. */
    Answer connect() {
        return connect(freshAttempt());
    }

    Answer connect(long attempt) {
        Answer answer = ask(connectRequest(attempt));
        if (answer instanceof Accepted accepted) begin(accepted);
        return answer;
    }

    void begin(Accepted accepted) {
        session = accepted.session();
        room = accepted.roomId();
        begin(accepted.grant());
    }

    /** Comes back, and fails the test when it is not let in. */
    Resumed resume() {
        Answer answer = comeBack();
        assertThat(answer).isInstanceOf(Resumed.class);
        return (Resumed) answer;
    }

    /** Comes back with the token and the attempt that belongs to it, as often as a busy node wants. */
    Answer comeBack() {
        Answer answer = ask(reconnectRequest(nextAttempt));
        if (answer instanceof Resumed resumed) begin(resumed);
        return answer;
    }

    void begin(Resumed resumed) {
        assertThat(outbox.acknowledge(resumed.received())).isTrue();
        begin(resumed.grant());
    }

    Envelope connectRequest(long attempt) {
        byte[] record = new ConnectRequest(joinRequest()).encode();
        return request(ControlType.CONNECT, attempt, record);
    }

    Envelope reconnectRequest(long attempt) {
        Grant last = grant();
        ReconnectRequest request = new ReconnectRequest(
                session, last.token(), last.conv(), last.generation(), inbox.received(), joinRequest());
        return request(ControlType.RECONNECT, attempt, request.encode());
    }

    Envelope request(ControlType type, long attempt, byte[] record) {
        return seal.request(suite, type, affinity(), attempt, record);
    }

    JoinRequest joinRequest() {
        return new JoinRequest(user, credential, roomType, room, password, new byte[0]);
    }

    long affinity() {
        return Affinity.ofRoom(room);
    }

    /** Sends a request, again and again, until it is answered; asks once more when told to ask later. */
    Answer ask(Envelope request) {
        long giveUpMs = realMs() + PATIENCE_MS;
        while (true) {
            Answer answer = askOnce(request);
            boolean later = answer instanceof Refused refused && refused.code() == ErrorCode.RETRY_LATER.code();
            if (!later || realMs() > giveUpMs) return answer;
            pumpFor(20);
        }
    }

    /** Sends a request, again and again, until it is answered. */
    Answer askOnce(Envelope request) {
        int from = answers.size();
        long giveUpMs = realMs() + PATIENCE_MS;
        long repeatMs = 0;
        while (realMs() < giveUpMs) {
            if (realMs() >= repeatMs) {
                send(seal.withCookie(request).encode());
                repeatMs = realMs() + REPEAT_AFTER_MS;
            }
            pump();
            Answer answer = answerTo(request.attempt(), from);
            if (answer != null) return answer;
        }
        throw new AssertionError("no answer to " + request.type() + " of " + user);
    }

    /** The first answer to an attempt among those from a place in {@link #answers} on; null when there is none. */
    @Nullable
    Answer answerTo(long attempt, int from) {
        for (Envelope envelope : answers.subList(from, answers.size())) {
            if (envelope.attempt() == attempt) return answerIn(envelope);
        }
        return null;
    }

    static Answer answerIn(Envelope envelope) {
        Answer answer = switch (envelope.type()) {
            case ACCEPT, VERDICT -> Answer.parseAccept(envelope.payload());
            case RESUMED -> Answer.parseResumed(envelope.payload());
            case REDIRECT -> Redirect.parse(envelope);
            default -> null;
        };
        if (answer == null) throw new AssertionError("not an answer: " + envelope);
        return answer;
    }

    /** The last grant. */
    Grant grant() {
        if (grant == null) throw new AssertionError(user + " was never let in");
        return grant;
    }

    private void begin(Grant granted) {
        grant = granted;
        nextAttempt = freshAttempt();
        if (link != null) link.release();
        link = new SessionLink(
                new Kcp(granted.conv(), TestSeal.kcpSettings(suite), pool),
                outbox,
                inbox,
                LinkTimes.CLIENT,
                scratch,
                clock.getAsLong());
        if (suite == Suite.SEALED) seal.begin(granted.conv());
        link.ping(1, clock.getAsLong());
        flush();
    }

    // ---- talking ---------------------------------------------------------------------------------------

    /** Sends a message to the room. */
    void say(String text) {
        outbox.append(text.getBytes(UTF_8));
        outbox.release(outbox.last());
        flush();
    }

    /** Sends a message that may be lost. */
    void sayVolatile(int channel, String text) {
        link().sendVolatile(channel, text.getBytes(UTF_8));
        flush();
    }

    /** Ends the session from this side. */
    void leave() {
        link().close(ErrorCode.LEFT, "", clock.getAsLong());
        flush();
    }

    void awaitHeard(String text) {
        await("hear '" + text + "'", () -> heard.contains(text));
    }

    void awaitHeard(int messages) {
        await("hear " + messages + " messages", () -> heard.size() >= messages);
    }

    /** Pumps until something is so. */
    void await(String what, BooleanSupplier isSo) {
        await(List.of(this), what, isSo);
    }

    /** Pumps several players until something is so. */
    static void await(List<TestPlayer> players, String what, BooleanSupplier isSo) {
        long giveUpMs = realMs() + PATIENCE_MS;
        while (!isSo.getAsBoolean()) {
            if (realMs() > giveUpMs) throw new AssertionError("in vain waited to " + what + ": " + players);
            players.forEach(TestPlayer::pump);
        }
    }

    /** Pumps for so long, to show that something does <em>not</em> happen. */
    void pumpFor(long ms) {
        long untilMs = realMs() + ms;
        while (realMs() < untilMs) pump();
    }

    /** Takes what has arrived and sends what is due. */
    void pump() {
        byte[] datagram = way.receive();
        while (datagram != null) {
            int header = PathHeader.bytes(datagram[0]);
            byte[] bare = Arrays.copyOfRange(datagram, header, datagram.length);
            if (isForMe(datagram)) inbound.apply(bare).forEach(this::take);
            datagram = way.receive();
        }
        flush();
    }

    /** Takes a datagram as if it had just arrived. */
    void take(byte[] datagram) {
        if (DatagramKind.of(LittleEndian.u32(datagram, 0)) == DatagramKind.CONTROL) {
            if (ControlDatagram.parse(datagram, 0, datagram.length) instanceof Envelope envelope) {
                Envelope opened = seal.open(envelope);
                if (opened != null) answers.add(opened);
            }
        } else if (link != null) {
            byte[] opened = suite == Suite.SEALED ? seal.open(datagram) : datagram;
            if (opened == null) return;
            link.input(opened, 0, opened.length, clock.getAsLong());
            poll(link);
        }
    }

    /** Sends a datagram through {@link #outbound}. */
    void send(byte[] datagram) {
        outbound.apply(datagram).forEach(this::sendNow);
    }

    /** Sends a datagram whatever {@link #outbound} says. */
    void sendNow(byte[] datagram) {
        way.send(withPath(datagram));
    }

    byte[] withPath(byte[] datagram) {
        byte[] all = new byte[PathHeader.IPV4_BYTES + datagram.length];
        all[PathHeader.KIND_OFFSET] = PathHeader.KIND_IPV4;
        LittleEndian.putU16(all, PathHeader.PORT_OFFSET, clientPort);
        LittleEndian.putU32(all, PathHeader.ADDRESS_OFFSET, CLIENT_ADDRESS);
        System.arraycopy(datagram, 0, all, PathHeader.IPV4_BYTES, datagram.length);
        return all;
    }

    boolean isSilent() {
        return link().isSilent(clock.getAsLong());
    }

    SessionLink link() {
        if (link == null) throw new AssertionError(user + " was never let in");
        return link;
    }

    @Override
    public void close() {
        if (link != null) link.release();
        link = null;
    }

    @Override
    public String toString() {
        return user + " in " + room + ", heard " + heard.size()
                + (heard.isEmpty() ? "" : " last " + heard.get(heard.size() - 1)) + ", closed " + closed + ", answers "
                + answers.size();
    }

    private boolean isForMe(byte[] datagram) {
        return LittleEndian.u16(datagram, PathHeader.PORT_OFFSET) == clientPort;
    }

    private void poll(SessionLink from) {
        for (LinkEvent event = from.poll(); event != LinkEvent.NONE; event = from.poll()) {
            switch (event) {
                case MESSAGE, STATE -> {
                    heard.add((event == LinkEvent.STATE ? "state" : "")
                            + new String(from.frame().payload(), UTF_8));
                    inbox.makeDurable(inbox.received());
                }
                case VOLATILE ->
                    seen.put(from.frame().channel(), new String(from.frame().payload(), UTF_8));
                case CLOSE -> {
                    closed = ErrorCode.of(from.frame().code());
                    from.confirm(clock.getAsLong());
                }
                case BROKEN -> throw new AssertionError("the node broke the protocol towards " + user);
                default -> {}
            }
        }
    }

    private void flush() {
        if (link == null) return;
        long nowMs = clock.getAsLong();
        if (nowMs >= link.nextTimeoutMs(nowMs)) link.handleTimeout(nowMs);
        link.flush(nowMs);
        for (int bytes = link.pollTransmit(out, 0); bytes > 0; bytes = link.pollTransmit(out, 0)) {
            byte[] datagram = Arrays.copyOf(out, bytes);
            send(suite == Suite.SEALED ? seal.seal(datagram) : datagram);
        }
    }

    private static long realMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
