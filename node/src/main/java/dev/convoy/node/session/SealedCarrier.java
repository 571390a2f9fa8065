package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.PathTracker;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import dev.convoy.protocol.session.Link;
import dev.convoy.protocol.wire.PathHeader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries KCP datagrams sealed, to a client that may change its address at any time.
 *
 * <p>It begins <em>unproven</em>, with the keys of every answer that was given to the request for this conv: a request that is
 * repeated after its answer was forgotten gets another answer with other keys, and the client takes one of them. The first
 * packet that opens says which. Until then nothing is sent: who asked may have named somebody else's address.
 *
 * <p>Opening a forged packet costs most of a microsecond. Whoever sends from elsewhere than the client may make
 * {@value #STRANGERS_PER_SECOND_MAX} attempts a second; more are dropped unopened. So a client cannot roam while somebody
 * floods its conv, and comes back with its token instead.
 */
final class SealedCarrier implements Carrier {
    static final int STRANGERS_PER_SECOND_MAX = 64;
    /** So long a new address has to answer. */
    static final long ANSWER_WITHIN_MS = 3_000;

    private static final int OFFERS_MAX = 4;
    private static final long SECOND_MS = 1_000;

    /** Keys that the client may have; those of one answer. */
    private record Offer(TransportKeys keys, PacketOpener opener) {}

    /** A packet that opened, or why none did. */
    private final Dock dock;

    private final RandomGenerator random;
    private final int conv;
    private final List<Offer> offers = new ArrayList<>(1);
    private @Nullable PacketOpener opener;
    private @Nullable PacketSealer sealer;
    private @Nullable PathTracker<ClientPath> paths;
    /** Where to send to. */
    private ClientPath path;
    /** Where the last authentic packet came from. */
    private ClientPath lastFrom;

    private boolean isChallengeDue;
    private long strangersSinceMs;
    private int strangers;

    SealedCarrier(Dock dock, RandomGenerator random, int conv, ClientPath path) {
        this.dock = dock;
        this.random = random;
        this.conv = conv;
        this.path = path;
        this.lastFrom = path;
    }

    @Override
    public int mtuBytes() {
        return SealedPacket.PLAIN_BYTES_MAX;
    }

    @Override
    public void granted(ClientPath newPath, @Nullable TransportKeys keys) {
        if (opener != null || keys == null) return;
        path = newPath;
        if (offers.stream().anyMatch(offer -> offer.keys.equals(keys))) return;
        if (offers.size() == OFFERS_MAX) offers.remove(0);
        offers.add(new Offer(keys, new PacketOpener(keys.receive(), conv)));
    }

    @Override
    public ClientPath path() {
        return path;
    }

    @Override
    public boolean receive(InetSocketAddress router, byte[] bytes, int length, long nowMs) {
        boolean isFromPath = path.isClientOf(bytes);
        if (!isFromPath && !mayStrangerTry(nowMs)) {
            dock.drops.count(DropCounter.TOO_MANY_STRANGERS);
            return false;
        }
        int header = PathHeader.bytes(bytes[0]);
        PacketOpener known = opener;
        SealDrop drop = known == null ? prove(bytes, header, length) : open(known, bytes, header, length);
        if (drop != SealDrop.NONE) {
            if (drop == SealDrop.NOT_AUTHENTIC && !isFromPath) strangers++;
            dock.sealDrops.count(drop);
            return false;
        }
        follow(router, bytes, length - header, isFromPath, nowMs);
        return true;
    }

    @Override
    public boolean isSealed() {
        return true;
    }

    /** A new address has to show that it is the client's, too. */
    @Override
    public void follow(Link link, long nowMs) {
        PathTracker<ClientPath> tracker = paths;
        if (!isChallengeDue || tracker == null) return;
        isChallengeDue = false;
        long nonce = random.nextLong();
        link.ping(nonce, nowMs);
        tracker.challenge(nonce);
    }

    @Override
    public void onPong(long nonce) {
        if (paths != null) paths.onAnswer(nonce, lastFrom);
    }

    @Override
    public void transmit(Link link) {
        PacketSealer seal = sealer;
        PathTracker<ClientPath> tracker = paths;
        if (seal == null || tracker == null) return;
        byte[] out = dock.out;
        int header = path.writeHeader(out);
        int body = header + SealedPacket.CIPHERTEXT_OFFSET - 4; // where sealing moves nothing
        for (int bytes = link.pollTransmit(out, body); bytes > 0; bytes = link.pollTransmit(out, body)) {
            if (!tracker.spend(bytes + SealedPacket.OVERHEAD_BYTES)) continue;
            int sealed = seal.seal(out, body, bytes, out, header);
            if (sealed != PacketSealer.EXHAUSTED) dock.wire.send(path, out, header + sealed);
        }
    }

    @Override
    public long nextTimeoutMs() {
        return paths == null ? DeadlineHeap.NEVER : Math.min(paths.nextTimeoutMs(), DeadlineHeap.NEVER);
    }

    @Override
    public void handleTimeout(long nowMs) {
        if (paths != null && paths.handleTimeout(nowMs)) path = paths.address();
    }

    @Override
    public boolean isWorn() {
        return sealer != null && sealer.isWorn();
    }

    private SealDrop prove(byte[] bytes, int header, int length) {
        SealDrop drop = SealDrop.NOT_AUTHENTIC;
        for (Offer offer : offers) {
            drop = open(offer.opener, bytes, header, length);
            if (drop != SealDrop.NONE) continue;
            opener = offer.opener;
            sealer = new PacketSealer(offer.keys.send(), conv);
            paths = new PathTracker<>(path, ANSWER_WITHIN_MS);
            offers.clear();
            return drop;
        }
        return drop;
    }

    private SealDrop open(PacketOpener with, byte[] bytes, int header, int length) {
        SealDrop drop = with.open(bytes, header, length - header, dock.opened, 0);
        if (drop == SealDrop.NONE) dock.receive(dock.opened, 0, with.plainBytes());
        return drop;
    }

    /** The packet is authentic: sends to where it came from from now on, if it is the newest. */
    private void follow(InetSocketAddress router, byte[] bytes, int packetBytes, boolean isFromPath, long nowMs) {
        PathTracker<ClientPath> tracker = paths;
        PacketOpener with = opener;
        if (tracker == null || with == null) return;
        ClientPath from = isFromPath ? path : ClientPath.of(router, bytes);
        lastFrom = from;
        switch (tracker.onAuthentic(from, with.counter(), packetBytes, nowMs)) {
            case SAME -> {
                if (with.isNewest() && !path.isRouter(router)) path = path.through(router);
            }
            case LATE -> {}
            case ADOPTED -> {
                path = from;
                isChallengeDue = true;
            }
            case RETURNED -> path = from;
        }
    }

    private boolean mayStrangerTry(long nowMs) {
        if (nowMs - strangersSinceMs >= SECOND_MS) {
            strangersSinceMs = nowMs;
            strangers = 0;
        }
        return strangers < STRANGERS_PER_SECOND_MAX;
    }
}
