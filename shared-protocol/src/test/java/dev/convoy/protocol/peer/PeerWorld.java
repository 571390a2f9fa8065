package dev.convoy.protocol.peer;

import dev.convoy.protocol.handshake.PeerKeyPair;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two players behind NATs, a room between them, and a network that loses, delays and reorders; in virtual time. */
final class PeerWorld {
    static final int CONV = 0x2a00_0007;

    private static final long LINE = 99;
    private static final PeerAddress SERVER = address(1, 7000);
    private static final int ROOM_DELAY_MS = 30;

    /** What stands between a player and the world. */
    enum Nat {
        /** Nothing. */
        NONE,
        /** One outer port whatever the destination; lets in what comes from where something was sent to. */
        PORT_RESTRICTED,
        /** Another outer port for every destination. */
        SYMMETRIC
    }

    /** A packet under way; {@code from} is null when it goes through the room. */
    private record Packet(
            long atMs, long order, int end, @Nullable PeerAddress from, byte[] bytes) {}

    /** One player and the NAT in front. */
    final class End {
        final int number;
        final Nat nat;
        final PeerAddress inner;
        final List<Long> heard = new ArrayList<>();
        final Map<PeerAddress, Integer> ports = new HashMap<>();
        final Set<PeerAddress> sentTo = new HashSet<>();
        int sent;
        int directPackets;
        int roomPackets;

        @Nullable
        PeerConversation talk;

        private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];

        End(int number, Nat nat) {
            this.number = number;
            this.nat = nat;
            this.inner = address(10 + number, 5000);
        }

        PeerConversation talk() {
            return Objects.requireNonNull(talk);
        }

        /** The address that a destination sees. */
        PeerAddress outer(PeerAddress to) {
            if (nat == Nat.NONE) return inner;
            PeerAddress mapping = nat == Nat.SYMMETRIC ? to : SERVER;
            return address(20 + number, ports.computeIfAbsent(mapping, key -> 40_000 + nextPort++));
        }

        /** Whether something from there is let in at that outer address. */
        boolean lets(PeerAddress from, PeerAddress at) {
            if (nat == Nat.NONE) return at.equals(inner);
            return sentTo.contains(from) && outer(from).equals(at);
        }

        void say() {
            byte[] message = new byte[8 + sent % 700];
            LittleEndian.putU64(message, 0, ++sent);
            if (talk().hasRoom(message.length)) talk().send(message);
            else sent--;
        }

        private void drive() {
            for (LinkEvent event = talk().poll(); event != LinkEvent.NONE; event = talk().poll()) {
                if (event != LinkEvent.MESSAGE) throw new AssertionError(event);
                heard.add(LittleEndian.u64(talk().frame().payload(), 0));
            }
            talk().flush(nowMs);
            byte[] out = new byte[1500];
            for (int n = talk().pollTransmit(out, nowMs); n > 0; n = talk().pollTransmit(out, nowMs))
                transmit(this, talk().destination(), Arrays.copyOf(out, n));
        }
    }

    final End[] ends;
    long nowMs;
    double lossRate;
    boolean isDirectCut;
    boolean isRoomCut;
    int refused;
    private int nextPort;
    private long order;
    private final SplittableRandom random;
    private final PriorityQueue<Packet> underWay = new PriorityQueue<>(
            (a, b) -> a.atMs() != b.atMs() ? Long.compare(a.atMs(), b.atMs()) : Long.compare(a.order(), b.order()));

    PeerWorld(long seed, Nat first, Nat second) {
        random = new SplittableRandom(seed);
        ends = new End[] {new End(0, first), new End(1, second)};
        PeerKeyPair[] pairs = {pair(), pair()};
        for (End end : ends) {
            End other = ends[1 - end.number];
            TransportKeys keys = Objects.requireNonNull(pairs[end.number].agree(
                    pairs[other.number].publicKey(), LINE, CONV, "ann", "ben", end.number == 0));
            List<PeerAddress> candidates = List.of(other.outer(SERVER), other.inner);
            end.talk = new PeerConversation(
                    keys, CONV, candidates, 256, 1 << 20, random.split(), new SegmentPool(), end.scratch, 0);
        }
        for (End end : ends) end.drive();
    }

    static PeerAddress address(int last, int port) {
        return new PeerAddress(new byte[] {10, 0, 0, (byte) last}, port);
    }

    /** Goes on until then; every {@code everyMs} each end says something (0 = nothing). */
    void run(long untilMs, int everyMs) {
        while (nowMs < untilMs) {
            nowMs++;
            while (!underWay.isEmpty() && underWay.peek().atMs() <= nowMs) arrive(underWay.remove());
            for (End end : ends) {
                if (everyMs > 0 && nowMs % everyMs == 0) end.say();
                if (nowMs >= end.talk().nextTimeoutMs(nowMs)) end.talk().handleTimeout(nowMs);
                end.drive();
            }
        }
    }

    /** Gives bytes to an end as if they had come from there. */
    SealDrop inject(int end, @Nullable PeerAddress from, byte[] bytes) {
        return ends[end].talk().input(from, bytes, 0, bytes.length, nowMs);
    }

    /** The last packet that was sent, for whoever listens on the way. */
    byte[] overheard = {};

    private void transmit(End from, @Nullable PeerAddress to, byte[] bytes) {
        overheard = bytes;
        int other = 1 - from.number;
        if (to == null) {
            from.roomPackets++;
            if (!isRoomCut) underWay.add(new Packet(nowMs + ROOM_DELAY_MS, order++, other, null, bytes));
            return;
        }
        from.directPackets++;
        PeerAddress source = from.outer(to);
        from.sentTo.add(to);
        if (isDirectCut || random.nextDouble() < lossRate || !isReachable(ends[other], to)) return;
        if (!ends[other].lets(source, to)) return;
        underWay.add(new Packet(nowMs + 10 + random.nextInt(15), order++, other, source, bytes));
    }

    /** Inner addresses lead nowhere from outside, unless there is no NAT. */
    private boolean isReachable(End end, PeerAddress to) {
        return end.nat == Nat.NONE || !to.equals(end.inner);
    }

    private void arrive(Packet packet) {
        if (inject(packet.end(), packet.from(), packet.bytes()) != SealDrop.NONE) refused++;
    }

    private PeerKeyPair pair() {
        byte[] key = new byte[PeerKeyPair.BYTES];
        random.nextBytes(key);
        return PeerKeyPair.of(key);
    }
}
