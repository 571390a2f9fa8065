package dev.convoy.protocol.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a direct way to the peer, and watches it once there is one (after RFC 8445, without its roles).
 *
 * <p>Both ends send a PUNCH to every address that the other may have. A NAT that has sent to an address lets in what comes from
 * there, so of two such datagrams the second gets through. Whoever receives a PUNCH answers with HEARD and its nonce to where
 * it came from; a HEARD that comes from where the PUNCH with its nonce went shows that the way leads there and back, and
 * only that makes a way. A PUNCH from an address that nobody had named (a NAT chose another port) makes it one more candidate.
 *
 * <p>Everything that comes in here was authentic: a stranger moves nothing. Whoever overtakes a true PUNCH from elsewhere gets one
 * answer and a few PUNCHes, and does not know how to answer those.
 *
 * <p>Says what to send and does nothing itself. Confined to its owner.
 */
public final class PeerPath {
    /** So long a search goes on before it is given up for a while. */
    public static final int SEARCH_MS = 3_000;

    /** What travels inside a packet in the place of KCP, whose fifth byte is 81 to 84: kind u8 · nonce u64. */
    public enum Kind {
        PUNCH(1),
        HEARD(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static @Nullable Kind of(int code) {
            return code == PUNCH.code ? PUNCH : code == HEARD.code ? HEARD : null;
        }
    }

    /** A probe to send. */
    public record Probe(PeerAddress to, Kind kind, long nonce) {}

    static final long NEVER = Long.MAX_VALUE;

    private static final int FIRST_REPEAT_MS = 20;
    private static final int REPEAT_MS_MAX = 400;
    private static final int EXTRA_MAX = 4;
    private static final int ANSWERS_WAITING_MAX = 8;
    private static final int REST_MS_MIN = 10_000;
    private static final int REST_MS_MAX = 120_000;
    /** A way in use is asked so often whether it still leads there and back; one that rests, only to keep NATs awake. */
    private static final int WATCH_BUSY_MS = 1_000;

    private static final int WATCH_IDLE_MS = 15_000;
    private static final int WATCH_REPEAT_MS = 250;
    private static final int WATCH_LOST_AFTER = 4;

    private static final class Candidate {
        final PeerAddress address;
        final long nonce;

        Candidate(PeerAddress address, long nonce) {
            this.address = address;
            this.nonce = nonce;
        }
    }

    private final RandomGenerator nonces;
    private final List<Candidate> candidates = new ArrayList<>();
    private final int candidatesMax;
    private final List<Probe> ready = new ArrayList<>();

    private @Nullable Candidate direct;
    private boolean isSearching;
    private long giveUpMs;
    private long nextMs = NEVER;
    private int repeatMs;
    private int restMs = REST_MS_MIN;
    private int unanswered;
    private boolean isUsed;
    /** When the present way was shown to lead there and back. */
    private long heardAtMs;

    /**
     * A search that begins now; without any address there is none, ever.
     *
     * @param nonces cryptographic: they show that a probe has arrived
     */
    public PeerPath(List<PeerAddress> addresses, RandomGenerator nonces, long nowMs) {
        this.nonces = nonces;
        for (PeerAddress address : addresses) candidates.add(new Candidate(address, nonces.nextLong()));
        this.candidatesMax = candidates.isEmpty() ? 0 : candidates.size() + EXTRA_MAX;
        if (candidatesMax > 0) search(nowMs);
    }

    /** Where to send to; null when only the room leads to the peer. */
    public @Nullable PeerAddress direct() {
        return direct == null ? null : direct.address;
    }

    /** False once the first search has ended, with or without a way. */
    public boolean isSearching() {
        return isSearching;
    }

    /** Something of the conversation was sent by the direct way. */
    public void onUsed() {
        if (!isUsed && direct != null && unanswered == 0) nextMs = Math.min(nextMs, heardAtMs + WATCH_BUSY_MS);
        isUsed = true;
    }

    /** A probe came in an authentic packet. */
    public void onProbe(Kind kind, long nonce, PeerAddress from, long nowMs) {
        if (kind == Kind.HEARD) onHeard(nonce, from, nowMs);
        else onPunch(nonce, from, nowMs);
    }

    /** The next probe to send now, or null. */
    public @Nullable Probe poll(long nowMs) {
        if (ready.isEmpty() && nowMs >= nextMs) proceed(nowMs);
        return ready.isEmpty() ? null : ready.remove(0);
    }

    /** When {@link #poll} has something to say even if nothing comes. */
    public long nextTimeoutMs() {
        return ready.isEmpty() ? nextMs : 0;
    }

    private void onPunch(long nonce, PeerAddress from, long nowMs) {
        if (candidatesMax == 0) return;
        if (ready.size() < ANSWERS_WAITING_MAX + candidatesMax) ready.add(new Probe(from, Kind.HEARD, nonce));
        boolean isNew = candidates.stream().noneMatch(candidate -> candidate.address.equals(from));
        if (isNew && candidates.size() < candidatesMax) {
            Candidate found = new Candidate(from, nonces.nextLong());
            candidates.add(found);
            if (isSearching) ready.add(new Probe(from, Kind.PUNCH, found.nonce));
        }
        if (direct == null && !isSearching) search(nowMs); // The peer looks for us: look for it at the same time.
    }

    private void onHeard(long nonce, PeerAddress from, long nowMs) {
        for (Candidate candidate : candidates) {
            if (candidate.nonce != nonce || !candidate.address.equals(from)) continue;
            if (direct == null) direct = candidate;
            if (direct != candidate) return;
            isSearching = false;
            unanswered = 0;
            restMs = REST_MS_MIN;
            nextMs = nowMs + (isUsed ? WATCH_BUSY_MS : WATCH_IDLE_MS);
            isUsed = false;
            heardAtMs = nowMs;
        }
    }

    private void proceed(long nowMs) {
        Candidate present = direct;
        if (present != null) watch(present, nowMs);
        else if (isSearching) punch(nowMs);
        else search(nowMs);
    }

    private void search(long nowMs) {
        isSearching = true;
        giveUpMs = nowMs + SEARCH_MS;
        repeatMs = FIRST_REPEAT_MS;
        nextMs = nowMs;
    }

    private void punch(long nowMs) {
        if (nowMs >= giveUpMs) {
            isSearching = false;
            nextMs = nowMs + restMs;
            restMs = Math.min(restMs * 2, REST_MS_MAX);
            return;
        }
        for (Candidate candidate : candidates) ready.add(new Probe(candidate.address, Kind.PUNCH, candidate.nonce));
        nextMs = Math.min(nowMs + repeatMs, giveUpMs);
        repeatMs = Math.min(repeatMs * 2, REPEAT_MS_MAX);
    }

    private void watch(Candidate present, long nowMs) {
        if (unanswered == WATCH_LOST_AFTER) {
            direct = null;
            unanswered = 0;
            search(nowMs);
            return;
        }
        unanswered++;
        ready.add(new Probe(present.address, Kind.PUNCH, present.nonce));
        nextMs = nowMs + WATCH_REPEAT_MS;
    }
}
