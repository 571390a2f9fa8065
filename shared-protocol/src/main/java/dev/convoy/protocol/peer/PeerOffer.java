package dev.convoy.protocol.peer;

import dev.convoy.protocol.handshake.PeerKeyPair;
import dev.convoy.protocol.wire.WireReader;
import dev.convoy.protocol.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end's half of a direct line.
 *
 * <pre>
 * round u8 · contribution u32 · key 32 · candidates u8 · candidate …
 * </pre>
 *
 * @param round of the agreement on a conv, from 0
 * @param contribution to the conv in this round
 * @param key the public half of an ephemeral X25519 pair
 * @param candidates where this end may be reached, the likeliest first, at most {@value #CANDIDATES_MAX}; none = through the
 *     room only
 */
public record PeerOffer(int round, int contribution, byte[] key, List<PeerAddress> candidates) {
    public static final int CANDIDATES_MAX = 6;

    public PeerOffer {
        if (key.length != PeerKeyPair.BYTES) throw new IllegalArgumentException("a key of " + key.length + " bytes");
        if (candidates.size() > CANDIDATES_MAX) throw new IllegalArgumentException(candidates.size() + " candidates");
        candidates = List.copyOf(candidates);
    }

    /**
     * The offer as a node passes it on: the address that it sees comes first (the last candidate makes room), and nobody is asked
     * to send to what is no host's address, nor to its own host unless the other is seen there too. An offer without candidates
     * is passed on as it is: whoever made it wants the line to go through the room, and shows no address.
     *
     * @param observed null when the node does not know it
     */
    public PeerOffer shown(@Nullable PeerAddress observed) {
        if (candidates.isEmpty()) return this;
        boolean isLocal = observed != null && observed.isLoopback();
        List<PeerAddress> all = new ArrayList<>();
        if (observed != null) all.add(observed);
        for (PeerAddress candidate : candidates) {
            boolean isFit = candidate.isUnicast() && (isLocal || !candidate.isLoopback());
            if (isFit && all.size() < CANDIDATES_MAX && !all.contains(candidate)) all.add(candidate);
        }
        return new PeerOffer(round, contribution, key, all);
    }

    void write(WireWriter writer) {
        writer.u8(round).u32(contribution).raw(key).u8(candidates.size());
        for (PeerAddress candidate : candidates) candidate.write(writer);
    }

    static @Nullable PeerOffer read(WireReader reader) {
        int round = reader.u8();
        int contribution = reader.u32();
        byte[] key = reader.raw(PeerKeyPair.BYTES);
        int count = reader.u8();
        if (!reader.isIntact() || count > CANDIDATES_MAX) return null;
        List<PeerAddress> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PeerAddress candidate = PeerAddress.read(reader);
            if (candidate == null) return null;
            candidates.add(candidate);
        }
        return new PeerOffer(round, contribution, key, candidates);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerOffer that
                && round == that.round
                && contribution == that.contribution
                && Arrays.equals(key, that.key)
                && candidates.equals(that.candidates);
    }

    @Override
    public int hashCode() {
        return contribution;
    }
}
