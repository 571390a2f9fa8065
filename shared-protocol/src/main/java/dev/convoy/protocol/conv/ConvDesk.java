package dev.convoy.protocol.conv;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the two handshake strategies.
 *
 * <p><em>Assigned</em>: the client brings a temporary id only so that it recognises the answer and a repeated request
 * is known as one; it is never looked up and never becomes a conv. Collides never. For production.
 *
 * <p><em>Proposed and verified</em>: the client names the conv that it would like and gets it when it is legal, of
 * this server's range, free and out of quarantine; what happens otherwise is the {@link ConflictPolicy}'s. For
 * clients that need their conv before the answer; the odds that n proposals cost any a second choice are those of the
 * strategy that proposes.
 *
 * <p>That a repeated request gets the same answer is for the caller's memory of attempts. Confined to its owner.
 */
public final class ConvDesk<A> {
    private final ConvAllocator allocator;
    private final IntFunction<@Nullable ConvHolder<A>> holders;
    private final ConflictPolicy policy;

    /**
     * A desk over an allocator.
     *
     * @param holders who has a conv that is in use
     */
    public ConvDesk(ConvAllocator allocator, IntFunction<@Nullable ConvHolder<A>> holders, ConflictPolicy policy) {
        this.allocator = allocator;
        this.holders = holders;
        this.policy = policy;
    }

    /** A conv for somebody who has no wish. */
    public ConvVerdict assign(long nowMs) {
        return ConvVerdict.of(ConvVerdict.Result.ACCEPTED, allocator.take(nowMs));
    }

    /**
     * The verdict on a proposal from a validated address; any word may be proposed. After
     * {@link ConvVerdict.Result#ACCEPTED_EVICTING} the conv is the newcomer's: end the holder without releasing it.
     */
    public ConvVerdict verify(int proposed, A from, long nowMs) {
        if (!allocator.isInUse(proposed)) return claim(proposed, nowMs);
        ConvHolder<A> holder = holders.apply(proposed);
        if (holder == null) return reassign(nowMs); // promised to somebody whose handshake is under way
        return switch (policy.answer(holder, from, nowMs)) {
            case FREE, SAME -> new ConvVerdict(ConvVerdict.Result.ACCEPTED, proposed);
            case EVICT -> new ConvVerdict(ConvVerdict.Result.ACCEPTED_EVICTING, proposed);
            case REFUSE -> new ConvVerdict(ConvVerdict.Result.REFUSED, Conv.NONE);
            case REASSIGN -> reassign(nowMs);
        };
    }

    private ConvVerdict claim(int proposed, long nowMs) {
        return allocator.claim(proposed, nowMs)
                ? new ConvVerdict(ConvVerdict.Result.ACCEPTED, proposed)
                : reassign(nowMs);
    }

    private ConvVerdict reassign(long nowMs) {
        return ConvVerdict.of(ConvVerdict.Result.REASSIGNED, allocator.take(nowMs));
    }
}
