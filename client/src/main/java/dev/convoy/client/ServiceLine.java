package dev.convoy.client;

import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client's line to the service: the socket, the server it sends to, and who gets what arrives. It outlives
 * conversations and handshakes. Confined to its context; only the counters may be read elsewhere.
 */
final class ServiceLine implements ClientSocket.Receiver {
    private final ContextInternal context;
    private final Servers servers;
    private final Suite suite;
    private final ClientSocket socket;
    private final Handshaker handshaker;
    private final AtomicLong datagramsIn = new AtomicLong();
    private final AtomicLong datagramsOut = new AtomicLong();
    private final AtomicLong datagramsDropped = new AtomicLong();
    private @Nullable Conversation conversation;
    private @Nullable PeerLines peers;
    private boolean closed;

    /** To be called on the context. */
    ServiceLine(ContextInternal context, ClientOptions options, RandomGenerator chance) {
        this.context = context;
        this.servers = new Servers(options.servers(), options.isShuffled(), chance);
        this.suite = options.suite();
        this.socket = new ClientSocket(context, this);
        this.handshaker = new Handshaker(context, this, chance);
    }

    Future<Void> open() {
        return servers.resolve(context).compose(resolved -> socket.open());
    }

    /** Looks the servers' names up once more, in the background. */
    void resolveAgain() {
        servers.resolve(context);
    }

    Suite suite() {
        return suite;
    }

    Servers servers() {
        return servers;
    }

    Handshaker handshaker() {
        return handshaker;
    }

    /** Data datagrams go to that conversation from now on; null = to nobody. */
    void connect(@Nullable Conversation next) {
        conversation = next;
    }

    /** Datagrams that come from no server go there from now on; null = to nobody. */
    void peers(@Nullable PeerLines next) {
        peers = next;
    }

    void nextServer() {
        servers.next();
    }

    /** Takes another local port; until it is open, the old one is used. */
    Future<Void> changePort() {
        return closed ? context.succeededFuture() : socket.open();
    }

    int localPort() {
        return socket.localPort();
    }

    /** Sends a control datagram at once. */
    void send(Envelope envelope) {
        byte[] datagram = envelope.encode();
        datagramsOut.lazySet(datagramsOut.getPlain() + 1);
        socket.send(datagram, datagram.length, servers.current());
        socket.flush();
    }

    /** Queues a data datagram, which lies at the front of the array. */
    void sendData(byte[] datagram, int length) {
        datagramsOut.lazySet(datagramsOut.getPlain() + 1);
        socket.send(datagram, length, servers.current());
    }

    /** Queues a packet for another player, which lies at the front of the array. */
    void sendTo(byte[] packet, int length, InetSocketAddress peer) {
        datagramsOut.lazySet(datagramsOut.getPlain() + 1);
        socket.send(packet, length, peer);
    }

    void flush() {
        socket.flush();
    }

    long datagramsIn() {
        return datagramsIn.get();
    }

    long datagramsOut() {
        return datagramsOut.get();
    }

    long datagramsDropped() {
        return datagramsDropped.get();
    }

    void close() {
        closed = true;
        conversation = null;
        peers = null;
        handshaker.cancel();
        socket.close();
    }

    @Override
    public void datagram(byte[] bytes, int length, InetSocketAddress from) {
        boolean taken = !closed && (servers.has(from) ? take(bytes, length) : takeStrange(bytes, length, from));
        AtomicLong counter = taken ? datagramsIn : datagramsDropped;
        counter.lazySet(counter.getPlain() + 1);
    }

    @Override
    public void batchEnd() {
        if (conversation != null) conversation.pump();
        if (peers != null) peers.batchEnd();
    }

    /** From no server: perhaps from another player. */
    private boolean takeStrange(byte[] bytes, int length, InetSocketAddress from) {
        return peers != null && length >= DatagramKind.FIRST_WORD_BYTES && peers.input(from, bytes, length);
    }

    private boolean take(byte[] bytes, int length) {
        if (length < DatagramKind.FIRST_WORD_BYTES) return false;
        int firstWord = LittleEndian.u32(bytes, 0);
        return switch (DatagramKind.of(firstWord)) {
            case CONTROL -> takeControl(bytes, length);
            case DATA -> takeData(firstWord, bytes, length);
            case ILLEGAL -> false;
        };
    }

    private boolean takeData(int conv, byte[] bytes, int length) {
        Conversation present = conversation;
        if (present == null || present.conv() != conv) return false;
        return present.input(bytes, length);
    }

    private boolean takeControl(byte[] bytes, int length) {
        if (conversation != null && conversation.inputReset(bytes, length)) return true;
        return ControlDatagram.parse(bytes, 0, length) instanceof Envelope envelope && handshaker.input(envelope);
    }
}
