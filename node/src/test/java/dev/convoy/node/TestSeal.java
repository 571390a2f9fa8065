package dev.convoy.node;

import dev.convoy.node.net.Suite;
import dev.convoy.protocol.handshake.Accepted;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ClusterPublicKey;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.NoiseAnswer;
import dev.convoy.protocol.handshake.NoiseInitiator;
import dev.convoy.protocol.handshake.NoiseNk;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.handshake.SealedRecord;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;
import dev.convoy.protocol.wire.ControlType;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A test player's end of the sealed suite. */
final class TestSeal {
    private static final SecureRandom RANDOM = new SecureRandom();

    ClusterPublicKey server = TestNode.CLUSTER.publicKey();
    private final Map<Long, List<NoiseInitiator>> asked = new HashMap<>();
    private final Map<Integer, TransportKeys> keys = new HashMap<>();
    private final byte[] buffer = new byte[2048];
    private @Nullable PacketSealer sealer;
    private @Nullable PacketOpener opener;

    static KcpSettings kcpSettings(Suite suite) {
        return suite == Suite.SEALED
                ? KcpSettings.builder().mtuBytes(SealedPacket.PLAIN_BYTES_MAX).build()
                : KcpSettings.turbo();
    }

    /** The request, its record hidden in the sealed suite. */
    Envelope request(Suite suite, ControlType type, long affinity, long attempt, byte[] record) {
        if (suite == Suite.PLAIN) return Envelope.request(type, 0, affinity, attempt, Envelope.SUITE_PLAIN, record);
        byte[] ephemeral = new byte[NoiseNk.EPHEMERAL_BYTES];
        RANDOM.nextBytes(ephemeral);
        NoiseInitiator initiator =
                new NoiseInitiator(server, NoiseNk.prologue(type, affinity, attempt), record, ephemeral);
        asked.computeIfAbsent(attempt, first -> new ArrayList<>()).add(initiator);
        return Envelope.request(type, 0, affinity, attempt, Envelope.SUITE_SEALED, initiator.request());
    }

    /** The answer as it would be in the clear; null when it is none for us. */
    @Nullable
    Envelope open(Envelope answer) {
        if (answer.suite() != Envelope.SUITE_SEALED) return answer;
        for (NoiseInitiator initiator : asked.getOrDefault(answer.attempt(), List.of())) {
            if (initiator.read(answer.payload()) instanceof NoiseAnswer.Finished finished)
                return opened(answer, finished);
        }
        return null;
    }

    private Envelope opened(Envelope answer, NoiseAnswer.Finished finished) {
        SealedRecord hidden = SealedRecord.parse(finished.payload());
        if (hidden == null) throw new AssertionError("an authentic answer that is none");
        Envelope opened = answer.opened(hidden);
        Answer said = opened.type() == ControlType.REDIRECT ? null : TestPlayer.answerIn(opened);
        if (said instanceof Accepted accepted) keys.put(accepted.grant().conv(), finished.keys());
        if (said instanceof Resumed resumed) keys.put(resumed.grant().conv(), finished.keys());
        return opened;
    }

    void begin(int conv) {
        TransportKeys granted = keys.get(conv);
        if (granted == null) throw new AssertionError("no keys for that conv");
        sealer = new PacketSealer(granted.send(), conv);
        opener = new PacketOpener(granted.receive(), conv);
    }

    byte[] seal(byte[] datagram) {
        if (sealer == null) throw new AssertionError("no keys yet");
        byte[] packet = new byte[datagram.length + SealedPacket.OVERHEAD_BYTES];
        sealer.seal(datagram, 0, datagram.length, packet, 0);
        return packet;
    }

    /** The KCP datagram in a packet, or null when it is not for us. */
    byte @Nullable [] open(byte[] packet) {
        if (opener == null || opener.open(packet, 0, packet.length, buffer, 0) != SealDrop.NONE) return null;
        return Arrays.copyOf(buffer, opener.plainBytes());
    }
}
