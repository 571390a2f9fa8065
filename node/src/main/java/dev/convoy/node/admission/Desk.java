package dev.convoy.node.admission;

import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.Counters;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ConnectRequest;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.ReconnectRequest;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.PathHeader;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a shard's control datagrams arrive: takes requests apart, hands each to its flow once, and answers a
 * repeated one from memory. Any bytes at all are allowed. Confined to the shard's event loop.
 */
public final class Desk {
    /** A flow that turns a request into an answer; the future never fails. */
    public interface Flow<R> {
        Future<Answer> answer(R request, long attempt, ClientPath path);
    }

    /**
     * Where this desk stands.
     *
     * @param serverId of the node, at this moment
     * @param shard whose desk it is
     * @param shards of the node
     * @param isPlainAllowed whether the plain suite is switched on
     */
    public record Place(IntSupplier serverId, int shard, int shards, boolean isPlainAllowed) {}

    private final MonotonicClock clock;
    private final Place place;
    private final Flow<ConnectRequest> connect;
    private final Flow<ReconnectRequest> reconnect;
    private final BiConsumer<Integer, ClientPath> rebind;
    private final BiConsumer<ClientPath, byte[]> wire;
    private final AttemptCache attempts = new AttemptCache();
    private final Counters<ControlDrop> drops = new Counters<>(ControlDrop.class);

    /**
     * @param rebind tells that the client of a conv that it has not used yet is at another address
     * @param wire sends a datagram along a path
     */
    public Desk(
            MonotonicClock clock,
            Place place,
            Flow<ConnectRequest> connect,
            Flow<ReconnectRequest> reconnect,
            BiConsumer<Integer, ClientPath> rebind,
            BiConsumer<ClientPath, byte[]> wire) {
        this.clock = clock;
        this.place = place;
        this.connect = connect;
        this.reconnect = reconnect;
        this.rebind = rebind;
        this.wire = wire;
    }

    /** Control datagrams dropped without an answer, by why. */
    public Counters<ControlDrop> drops() {
        return drops;
    }

    /** One control datagram behind a whole path header. */
    public void onDatagram(InetSocketAddress router, byte[] bytes, int length) {
        int header = PathHeader.bytes(bytes[0]);
        ControlDatagram datagram = ControlDatagram.parse(bytes, header, length - header);
        if (datagram instanceof ControlDrop drop) drops.count(drop);
        else if (datagram instanceof Envelope envelope) take(envelope, ClientPath.of(router, bytes), bytes, length);
    }

    private void take(Envelope envelope, ClientPath path, byte[] bytes, int length) {
        switch (envelope.type()) {
            case PROBE -> takeProbe(envelope, path, bytes, length);
            case CONNECT -> take(envelope, ConnectRequest.parse(envelope.payload()), connect, path);
            case RECONNECT -> take(envelope, ReconnectRequest.parse(envelope.payload()), reconnect, path);
            default -> drops.count(ControlDrop.UNKNOWN_TYPE);
        }
    }

    /** Answers for this node only: whoever has its port now must not vouch for who had it before. */
    private void takeProbe(Envelope envelope, ClientPath path, byte[] bytes, int length) {
        if (envelope.target() == place.serverId.getAsInt()) wire.accept(path, probeReply(bytes, length));
        else drops.count(ControlDrop.MISROUTED);
    }

    private <R> void take(Envelope envelope, @Nullable R request, Flow<R> flow, ClientPath path) {
        if (Affinity.shard(envelope.affinity(), place.shards) != place.shard) {
            // Two shards of a node would hold one room in the node's one name, and no fence could tell them apart.
            drops.count(ControlDrop.MISROUTED);
        } else if (envelope.suite() != Envelope.SUITE_PLAIN || !place.isPlainAllowed) {
            String detail =
                    "this node accepts " + (place.isPlainAllowed ? "the plain suite only" : "no plain sessions");
            reply(envelope, Refused.because(ErrorCode.SUITE_REFUSED, detail), path);
        } else if (request == null || !isRoutedByItsRoom(envelope, request)) {
            reply(envelope, Refused.because(ErrorCode.BAD_REQUEST, ""), path);
        } else {
            once(envelope, request, flow, path);
        }
    }

    private <R> void once(Envelope envelope, R request, Flow<R> flow, ClientPath path) {
        AttemptCache.Entry known = attempts.find(envelope, clock.nowMs());
        if (known != null) {
            known.path = path;
            answerAgain(known);
            return;
        }
        AttemptCache.Entry entry = attempts.add(envelope, path, clock.nowMs());
        flow.answer(request, envelope.attempt(), path).onSuccess(answer -> {
            entry.answer = envelope.answer(answer).encode();
            entry.conv = grantedConv(answer);
            answerAgain(entry);
            if (!isFinal(answer)) attempts.forget(envelope, entry);
        });
    }

    /** Answers to where the request came from last, which is where the client will use its conv. */
    private void answerAgain(AttemptCache.Entry entry) {
        if (entry.answer == null) return;
        rebind.accept(entry.conv, entry.path);
        wire.accept(entry.path, entry.answer);
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
        String roomId = request instanceof ConnectRequest connect
                ? connect.join().roomId()
                : ((ReconnectRequest) request).join().roomId();
        return roomId.isEmpty() || envelope.affinity() == Affinity.ofRoom(roomId);
    }

    private void reply(Envelope envelope, Answer answer, ClientPath path) {
        wire.accept(path, envelope.answer(answer).encode());
    }

    private static byte[] probeReply(byte[] bytes, int length) {
        byte[] reply = Arrays.copyOfRange(bytes, PathHeader.bytes(bytes[0]), length);
        reply[0] = (byte) ControlType.PROBE_REPLY.magic();
        return reply;
    }
}
