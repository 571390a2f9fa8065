package dev.convoy.node.session;

import dev.convoy.node.net.Counters;
import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.Fenced;
import dev.convoy.redis.Forgotten;
import dev.convoy.redis.Redemption;

/** What a shard's sessions and rooms count. Written on the shard's event loop, read from any thread. */
public final class ShardCounts {
    /** What happens to sessions and rooms. */
    public enum Event {
        /** A message for a room, once and in order. */
        MESSAGE_IN,
        /** A message from a room, before it is known whether it arrives. */
        MESSAGE_OUT,
        /** A message that may be lost, for a room. */
        VOLATILE_IN,
        /** A room of a dead owner goes on here. */
        TAKEOVER,
        /** A write was refused because somebody else owns the room now. */
        FENCED,
        /** Redis knew less than we do and was told again. */
        PUT_BACK
    }

    /** How somebody was answered who wanted in; the refusals are counted by their code. */
    public enum Entry {
        JOINED,
        JOIN_REDIRECTED,
        RESUMED_SAME_NODE,
        RESUMED_RESTORED,
        RESUME_REDIRECTED
    }

    /** Where the numbers of two ends did not meet. */
    public enum Gap {
        /** A crash has undone what the client had seen; it was told what stands. */
        ROLLED_BACK,
        /** The client has messages that this room never sent: the session is lost. */
        NEVER_SENT,
        /** A peer sent something that is no frame, or out of order: its conv has ended. */
        BROKEN
    }

    /** What became of a reconnect token that was presented. */
    public enum Redeemed {
        ROTATED,
        REPEATED,
        REUSED,
        REVOKED,
        INVALID,
        WRONG_USER,
        EXPIRED,
        LOST,
        FENCED,
        FORGOTTEN
    }

    /** Is told of every commit that was answered. */
    public interface CommitObserver {
        /** {@code sessions} whose numbers the commit carried. */
        void onCommit(long nanos, int sessions);
    }

    public final Counters<Event> events = new Counters<>(Event.class);
    public final Counters<Entry> entries = new Counters<>(Entry.class);
    public final Counters<Gap> gaps = new Counters<>(Gap.class);
    public final Counters<Redeemed> redeems = new Counters<>(Redeemed.class);
    public final Counters<ErrorCode> joinsRefused = new Counters<>(ErrorCode.class);
    public final Counters<ErrorCode> resumesRefused = new Counters<>(ErrorCode.class);
    public final Counters<DropCounter> drops = new Counters<>(DropCounter.class);
    public final Counters<SealDrop> sealDrops = new Counters<>(SealDrop.class);
    public final Counters<DropReason> kcpDrops = new Counters<>(DropReason.class);
    private CommitObserver commits = (nanos, sessions) -> {};

    /** Before the first commit. */
    public void observeCommits(CommitObserver observer) {
        commits = observer;
    }

    void onCommit(long nanos, int sessions) {
        commits.onCommit(nanos, sessions);
    }

    void count(LinkEvent event) {
        if (event == LinkEvent.MESSAGE) events.count(Event.MESSAGE_IN);
        else if (event == LinkEvent.VOLATILE) events.count(Event.VOLATILE_IN);
        else if (event == LinkEvent.BROKEN) gaps.count(Gap.BROKEN);
    }

    void count(Redemption redemption) {
        redeems.count(kind(redemption));
        if (redemption instanceof Fenced) events.count(Event.FENCED);
    }

    private static Redeemed kind(Redemption redemption) {
        if (redemption instanceof Redemption.Rotated) return Redeemed.ROTATED;
        if (redemption instanceof Redemption.Repeated) return Redeemed.REPEATED;
        if (redemption instanceof Redemption.Reused) return Redeemed.REUSED;
        if (redemption instanceof Redemption.Revoked) return Redeemed.REVOKED;
        if (redemption instanceof Redemption.Invalid) return Redeemed.INVALID;
        if (redemption instanceof Redemption.WrongUser) return Redeemed.WRONG_USER;
        if (redemption instanceof Redemption.Expired) return Redeemed.EXPIRED;
        if (redemption instanceof Redemption.Lost) return Redeemed.LOST;
        return redemption instanceof Forgotten ? Redeemed.FORGOTTEN : Redeemed.FENCED;
    }
}
