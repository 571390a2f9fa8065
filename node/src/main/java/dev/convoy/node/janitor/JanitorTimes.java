package dev.convoy.node.janitor;

import java.time.Duration;

/**
 * How often a janitor does what.
 *
 * @param claim how long a partition is one janitor's without another word: after its death nobody looks for so long
 * @param claimEveryMs between two words
 * @param pollEveryMs between two looks at what is due
 * @param lookAgain when what was due and could not be seen to is due again
 */
public record JanitorTimes(Duration claim, long claimEveryMs, long pollEveryMs, Duration lookAgain) {
    private static final int CLAIM_TTLS = 8;
    private static final int CLAIMS_KEPT = 3;
    private static final int LOOK_AGAIN_TTLS = 5;

    /** In step with the leases of server ids: a room can be taken over no sooner than they let go of it. */
    public static JanitorTimes of(long leaseTtlMs) {
        Duration claim = Duration.ofMillis(CLAIM_TTLS * leaseTtlMs);
        return new JanitorTimes(
                claim,
                Math.max(1, claim.toMillis() / CLAIMS_KEPT),
                Math.max(1, leaseTtlMs / 2),
                Duration.ofMillis(LOOK_AGAIN_TTLS * leaseTtlMs));
    }
}
