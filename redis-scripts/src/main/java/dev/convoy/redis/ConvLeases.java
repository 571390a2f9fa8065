package dev.convoy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The convs of a server id's segment: the low 24 bits, leased in blocks.
 *
 * <p>A sequence number is leased until its lease has run out or, once released, its quarantine; nobody gets it before, not even a
 * restarted node: the record outlives the node, and a high-water mark makes every block start where the last one ended.
 */
public final class ConvLeases {
    /** Sequence numbers of a segment. */
    public static final int SEGMENT_SIZE = 1 << 24;

    /** Of a block, and of one call of a renewal or release. */
    public static final int BLOCK_MAX = 4096;

    private static final Script ACQUIRE = Script.load("conv/acquire");
    private static final Script CLAIM = Script.load("conv/claim");
    private static final Script RENEW = Script.load("conv/renew");
    private static final Script RELEASE = Script.load("conv/release");
    private static final int LOOKS_PER_CALL = 4096;
    private static final int CALLS_MAX = 64;
    private static final int SEQUENCES_PER_CALL = 512;

    private final Steps steps;
    private final int segmentSize;

    ConvLeases(Steps steps, int segmentSize) {
        this.steps = steps;
        this.segmentSize = segmentSize;
    }

    /**
     * Leases free convs of the caller's own segment.
     *
     * @param count 1 to {@link #BLOCK_MAX}; the block may have fewer
     * @param lease after which an unrenewed conv is free again: the reconnect window is part of it, because a node that dies
     *     leaves nobody to put its convs into quarantine
     */
    public CompletionStage<ConvGrant> acquire(int serverId, long epoch, int count, Duration lease) {
        if (count < 1 || count > BLOCK_MAX) {
            throw new IllegalArgumentException("a block has 1 to " + BLOCK_MAX + " convs, not " + count);
        }
        return acquire(serverId, epoch, count, lease.toMillis(), 1);
    }

    private CompletionStage<ConvGrant> acquire(int serverId, long epoch, int count, long leaseMs, int call) {
        Args args =
                new Args().add(epoch).add(count).add(leaseMs).add(segmentSize).add(LOOKS_PER_CALL);
        List<String> keys = List.of(Keys.node(serverId), Keys.convs(serverId), Keys.cursor(serverId));
        return steps.run(ACQUIRE, keys, args).thenCompose(reply -> switch (reply.code()) {
            case "GRANTED" -> {
                if (reply.size() > 1) {
                    yield CompletableFuture.completedStage(new ConvGrant.Granted(sequences(reply)));
                }
                yield call < CALLS_MAX
                        ? acquire(serverId, epoch, count, leaseMs, call + 1)
                        : CompletableFuture.completedStage(new ConvGrant.SegmentFull());
            }
            case "FULL" -> CompletableFuture.completedStage(new ConvGrant.SegmentFull());
            case "STALE" -> CompletableFuture.completedStage(new ConvGrant.Stale());
            default -> throw reply.unexpected();
        });
    }

    private static int[] sequences(Reply reply) {
        int[] sequences = new int[reply.size() - 1];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = (int) reply.number(i + 1);
        }
        return sequences;
    }

    /**
     * Leases this one of the caller's own segment, as a client proposed it.
     *
     * @param sequence the low 24 bits of the conv
     * @return whether it is the caller's now: false when somebody has it or has had it lately, or the lease is stale
     */
    public CompletionStage<Boolean> claim(int serverId, long epoch, int sequence, Duration lease) {
        if (sequence < 0 || sequence >= segmentSize) throw new IllegalArgumentException("no sequence " + sequence);
        Args args = new Args().add(epoch).add(sequence).add(lease.toMillis());
        return steps.run(CLAIM, List.of(Keys.node(serverId), Keys.convs(serverId)), args)
                .thenApply(reply -> switch (reply.code()) {
                    case "DONE" -> true;
                    case "HELD", "STALE" -> false;
                    default -> throw reply.unexpected();
                });
    }

    /** Keeps convs that are in use. Never shortens a lease. */
    public CompletionStage<ConvStep> renew(int serverId, long epoch, int[] sequences, Duration lease) {
        return inBatches(RENEW, serverId, epoch, sequences, lease.toMillis());
    }

    /** Gives convs back; each is free again after the quarantine. */
    public CompletionStage<ConvStep> release(int serverId, long epoch, int[] sequences, Duration quarantine) {
        return inBatches(RELEASE, serverId, epoch, sequences, quarantine.toMillis());
    }

    private CompletionStage<ConvStep> inBatches(Script script, int serverId, long epoch, int[] sequences, long ms) {
        CompletionStage<ConvStep> all = CompletableFuture.completedStage(ConvStep.DONE);
        for (int from = 0; from < sequences.length; from += SEQUENCES_PER_CALL) {
            Args args = new Args().add(epoch).add(ms);
            for (int i = from; i < Math.min(sequences.length, from + SEQUENCES_PER_CALL); i++) {
                args.add(sequences[i]);
            }
            CompletionStage<ConvStep> batch = steps.run(
                            script, List.of(Keys.node(serverId), Keys.convs(serverId)), args)
                    .thenApply(reply -> ConvStep.valueOf(reply.code()));
            all = all.thenCombine(batch, (a, b) -> a == ConvStep.DONE ? b : a);
        }
        return all;
    }
}
