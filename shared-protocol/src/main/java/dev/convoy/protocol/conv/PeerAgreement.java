package dev.convoy.protocol.conv;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Two peers without a server between them agree on a conv: each contributes 32 random bits, and the conv is their
 * XOR. When that is no conv (equal contributions make 0, and one in 85 makes an illegal word) or one of them has it in
 * use, both go on to the next round with fresh contributions.
 *
 * <p>Send {@link #round} and {@link #contribution} until an answer comes, and again whenever they have changed or
 * {@link Outcome#STALE} was the answer. An agreed conv stands until the peer names a later round, which it does when it
 * has that conv in use: so treat it as settled with the first packet that arrives under it. Whoever speaks last can
 * choose the conv; that is no secret and gains nothing.
 *
 * <p>The odds that n pairs of one host collide are those of n draws from {@link Conv#COUNT}; this end looks, so it costs a
 * round and no conversation. Confined to its owner.
 */
public final class PeerAgreement {
    /** After so many rounds the peer is not honest, or everything is in use. */
    public static final int ROUNDS_MAX = 8;

    /** What a contribution of the peer led to. */
    public enum Outcome {
        /** {@link #conv} is the conv. */
        AGREED,
        /** Another round: send the new contribution. */
        AGAIN,
        /** Of a round that is over: send ours again. */
        STALE,
        /** No more rounds. */
        GIVEN_UP
    }

    private final IntPredicate isInUse;
    private final RandomGenerator random;
    private int round;
    private int contribution;
    private int conv = Conv.NONE;

    /** An agreement in its first round. */
    public PeerAgreement(IntPredicate isInUse, RandomGenerator random) {
        this.isInUse = isInUse;
        this.random = random;
        this.contribution = random.nextInt();
    }

    /** The round, from 0. */
    public int round() {
        return round;
    }

    /** Ours for this round. */
    public int contribution() {
        return contribution;
    }

    /** The conv agreed upon, or {@link Conv#NONE}. */
    public int conv() {
        return conv;
    }

    /** The peer's contribution for a round. */
    public Outcome onPeer(int peerRound, int peerContribution) {
        if (peerRound < round) return Outcome.STALE;
        if (peerRound >= ROUNDS_MAX) return giveUp();
        while (round < peerRound) nextRound();
        int agreed = contribution ^ peerContribution;
        boolean isOurs = agreed == conv;
        if (Conv.isLegal(agreed) && (isOurs || !isInUse.test(agreed))) {
            conv = agreed;
            return Outcome.AGREED;
        }
        if (round + 1 == ROUNDS_MAX) return giveUp();
        nextRound();
        return Outcome.AGAIN;
    }

    private void nextRound() {
        round++;
        contribution = random.nextInt();
        conv = Conv.NONE;
    }

    private Outcome giveUp() {
        conv = Conv.NONE;
        return Outcome.GIVEN_UP;
    }
}
