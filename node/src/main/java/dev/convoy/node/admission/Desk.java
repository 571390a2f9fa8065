package dev.convoy.node.admission;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.Counters;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.NoiseDrop;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.Retry;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a shard's control datagrams arrive: takes requests apart, hands each to its flow once, and answers a
 * repeated one from memory. Any bytes at all are allowed. Confined to the shard's event loop.
 */
public final class Desk {
    /** A flow that turns a request into an answer; the future never fails. */
    public interface Flow<R> {
        Future<Answer> answer(R request, Arrival arrival);
    }

    /** Where the requests go. */
    public record Flows(
            Flow<ConnectRequest> connect,
            Flow<ProposeRequest> propose,
            Flow<ReconnectRequest> reconnect,
            BareDesk bare) {}

    /** Who is told what the client of a conv is told. */
    public interface Grants {
        /**
         * A conv is being granted, perhaps once more: by a repeated answer, or by another one to a repeated request.
         *
         * @param path where the client is
         * @param keys of the sealed suite, the same object when it is the same answer; null in the plain one
         */
        void granted(int conv, ClientPath path, @Nullable TransportKeys keys);
    }

    /**
     * Where this desk stands.
     *
     * @param serverId of the node, at this moment
     * @param shard whose desk it is
     * @param shards of the node
     * @param suites that it speaks
     * @param doorkeeper of this shard
     */
    public record Place(IntSupplier serverId, int shard, int shards, Suites suites, Doorkeeper doorkeeper) {}

    private final MonotonicClock clock;
    private final Place place;
    private final Flows flows;
    private final Grants grants;
    private final BiConsumer<ClientPath, byte[]> wire;
    private final AttemptCache attempts = new AttemptCache();
    private final Counters<ControlDrop> drops = new Counters<>(ControlDrop.class);
    private final Counters<NoiseDrop> noiseDrops = new Counters<>(NoiseDrop.class);

    /**
     * A desk.
     *
     * @param wire sends a datagram along a path
     */
    public Desk(MonotonicClock clock, Place place, Flows flows, Grants grants, BiConsumer<ClientPath, byte[]> wire) {
        this.clock = clock;
        this.place = place;
        this.flows = flows;
        this.grants = grants;
        this.wire = wire;
    }

    /** Control datagrams dropped without an answer, by why. */
    public Counters<ControlDrop> drops() {
        return drops;
    }

    /** One control datagram behind a whole path header. */
    public void onDatagram(InetSocketAddress router, byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        if (length - header == BareHandshake.BYTES) {
            takeBare(BareHandshake.parse(bytes, header, BareHandshake.BYTES), bytes, header, router);
            return;
        }
        ControlDatagram datagram = ControlDatagram.parse(bytes, header, length - header);
        if (datagram instanceof ControlDrop drop) drops.count(drop);
        else if (datagram instanceof Envelope envelope) take(envelope, ClientPath.of(router, bytes), bytes, length);
    }

    private void takeBare(@Nullable BareHandshake bare, byte[] bytes, int header, InetSocketAddress router) {
        ControlType type = ControlType.of(LittleEndian.u32(bytes, header));
        if (type != ControlType.CONNECT && type != ControlType.PROPOSE) drops.count(ControlDrop.UNKNOWN_TYPE);
        else if (bare == null) drops.count(ControlDrop.UNKNOWN_VERSION);
        else flows.bare().take(bare, ClientPath.of(router, bytes));
    }

    private void take(Envelope envelope, ClientPath path, byte[] bytes, int length) {
        switch (envelope.type()) {
            case PROBE -> takeProbe(envelope, path, bytes, length);
            case CONNECT -> takeRequest(envelope, path, ConnectRequest::parse, flows.connect());
            case PROPOSE -> takeRequest(envelope, path, ProposeRequest::parse, flows.propose());
            case RECONNECT -> takeRequest(envelope, path, ReconnectRequest::parse, flows.reconnect());
            default -> drops.count(ControlDrop.UNKNOWN_TYPE);
        }
    }

    /** Answers for this node only: whoever has its port now must not vouch for who had it before. */
    private void takeProbe(Envelope envelope, ClientPath path, byte[] bytes, int length) {
        if (envelope.target() == place.serverId.getAsInt()) wire.accept(path, probeReply(bytes, length));
        else drops.count(ControlDrop.MISROUTED);
    }

    private <R> void takeRequest(
            Envelope envelope, ClientPath path, Function<byte[], @Nullable R> parser, Flow<R> flow) {
        if (Affinity.shard(envelope.affinity(), place.shards) != place.shard) {
            // Two shards of a node would hold one room in the node's one name, and no fence could tell them apart.
            drops.count(ControlDrop.MISROUTED);
            return;
        }
        AttemptCache.Entry known = attempts.find(envelope, clock.nowMs());
        String refusal = place.suites.refusal(envelope.suite());
        if (known != null) {
            known.path = path;
            answerAgain(known);
        } else if (!refusal.isEmpty()) {
            replyInTheClear(envelope, Refused.because(ErrorCode.SUITE_REFUSED, refusal), path);
        } else if (!place.doorkeeper.admits(envelope, path, clock.nowMs())) {
            replyInTheClear(envelope, new Retry(place.doorkeeper.cookie(envelope, path)), path);
        } else {
            open(envelope, path, parser, flow);
        }
    }

    private <R> void open(Envelope envelope, ClientPath path, Function<byte[], @Nullable R> parser, Flow<R> flow) {
        Opening opening = place.suites.open(envelope);
        if (opening instanceof Opening.Closed closed) {
            noiseDrops.count(closed.why());
            if (closed.why() == NoiseDrop.NOT_AUTHENTIC)
                replyInTheClear(envelope, Refused.because(ErrorCode.WRONG_SERVER_KEY, ""), path);
        } else if (opening instanceof Opening.Opened readable) {
            R request = parser.apply(readable.record());
            if (request == null || !isRoutedByItsRoom(envelope, request)) {
                Refused refused = Refused.because(ErrorCode.BAD_REQUEST, "");
                wire.accept(path, readable.answer(refused).datagram());
            } else {
                once(envelope, readable, request, flow, path);
            }
        }
    }

    private <R> void once(Envelope envelope, Opening.Opened readable, R request, Flow<R> flow, ClientPath path) {
        AttemptCache.Entry entry = attempts.add(envelope, path, clock.nowMs());
        flow.answer(request, new Arrival(envelope.attempt(), path, readable.suite()))
                .onSuccess(answer -> {
                    entry.answer = readable.answer(answer);
                    entry.conv = grantedConv(answer);
                    answerAgain(entry);
                    if (!isFinal(answer)) attempts.forget(envelope, entry);
                });
    }

    /** Answers to where the request came from last, which is where the client will use its conv. */
    private void answerAgain(AttemptCache.Entry entry) {
        Opening.Reply answer = entry.answer;
        if (answer == null) return;
        if (entry.conv != 0) grants.granted(entry.conv, entry.path, answer.keys());
        wire.accept(entry.path, answer.datagram());
    }

    private static int grantedConv(Answer answer) {
        if (answer instanceof Accepted accepted) return accepted.grant().conv();
        return answer instanceof Resumed resumed ? resumed.grant().conv() : 0;
    }

    /** An answer that asks for the same request again must not be the answer to it. */
    private static boolean isFinal(Answer answer) {
        if (answer instanceof Redirect) return false;
        if (!(answer instanceof Refused refused)) return true;
        ErrorCode code = ErrorCode.of(refused.code());
        return code != null && code.retry() != ErrorCode.Retry.LATER && code.retry() != ErrorCode.Retry.NOW;
    }

    /** A room's sessions live where its hash leads; another affinity would put them on two shards. */
    private static boolean isRoutedByItsRoom(Envelope envelope, Object request) {
        String roomId = room(request);
        return roomId.isEmpty() || envelope.affinity() == Affinity.ofRoom(roomId);
    }

    private static String room(Object request) {
        if (request instanceof ConnectRequest connect) return connect.join().roomId();
        if (request instanceof ProposeRequest propose) return propose.join().roomId();
        return ((ReconnectRequest) request).join().roomId();
    }

    /** Without having opened the request: a hint, which a sealed client does not rely on. */
    private void replyInTheClear(Envelope envelope, Answer answer, ClientPath path) {
        Envelope clear = envelope.answer(answer);
        wire.accept(path, clear.inTheClear().encode());
    }

    private static byte[] probeReply(byte[] bytes, int length) {
        byte[] reply = Arrays.copyOfRange(bytes, PathHeader.bytes(bytes[0]), length);
        reply[0] = (byte) ControlType.PROBE_REPLY.magic();
        return reply;
    }
}
