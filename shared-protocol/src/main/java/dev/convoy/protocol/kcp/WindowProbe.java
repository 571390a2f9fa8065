package dev.convoy.protocol.kcp;

/**
 * The two questions of a closed window: "have you room again?" when the peer's is closed, and "I have room again" when ours was.
 *
 * <p>The reference asks for the first time after 5 s and tells once. Under {@link Rule#PATIENT_WINDOW_PROBE} we ask after 500 ms, then
 * more and more rarely, and tell a few times until the peer sends: neither one lost datagram nor one forged window stalls anybody for
 * seconds.
 */
final class WindowProbe {
    private static final int REFERENCE_WAIT_MS = 5_000;
    private static final int REFERENCE_WAIT_MAX_MS = 120_000;
    private static final int WAIT_MS = 500;
    private static final int WAIT_MAX_MS = 10_000;
    private static final int TELL_AGAIN_MS = 100;
    private static final int TELLS_AGAIN_MAX = 4;

    private final boolean patient;
    private final int waitStartMs;
    private final int waitMaxMs;

    private boolean ask;
    private boolean tell;
    /** 0 while the peer's window is open. */
    private int waitMs;

    private int askAt;
    private int tellsLeft;
    private int tellWaitMs;
    private int tellAt;

    WindowProbe(boolean patient) {
        this.patient = patient;
        this.waitStartMs = patient ? WAIT_MS : REFERENCE_WAIT_MS;
        this.waitMaxMs = patient ? WAIT_MAX_MS : REFERENCE_WAIT_MAX_MS;
    }

    boolean hasAsk() {
        return ask;
    }

    boolean hasTell() {
        return tell;
    }

    boolean isEmpty() {
        return !ask && !tell;
    }

    /** The peer asked for our window. */
    void tell() {
        tell = true;
    }

    /** Our window, which was closed, is open again. */
    void tellOpening() {
        tell = true;
        if (patient) {
            tellsLeft = TELLS_AGAIN_MAX;
            tellWaitMs = TELL_AGAIN_MS;
        }
    }

    /** The peer sends: it knows that our window is open. */
    void onPeerSends() {
        tellsLeft = 0;
    }

    void onAsked() {
        ask = false;
    }

    void onTold(int now) {
        tell = false;
        tellAt = now + tellWaitMs;
    }

    /** A flush begins. */
    void onFlush(int now, int remoteWindowSegments, boolean wantsToSend) {
        if (tellsLeft > 0 && !tell && !Serial.isBefore(now, tellAt)) {
            tellsLeft--;
            tellWaitMs *= 2;
            tell = true;
        }
        if (remoteWindowSegments != 0 || (patient && !wantsToSend)) {
            waitMs = 0;
        } else if (waitMs == 0) {
            waitMs = waitStartMs;
            askAt = now + waitMs;
        } else if (!Serial.isBefore(now, askAt)) {
            waitMs = Math.min(waitMs + waitMs / 2, waitMaxMs);
            askAt = now + waitMs;
            ask = true;
        }
    }

    /** Whether a later flush will have something to ask or tell. */
    boolean isWaiting() {
        return waitMs != 0 || tellsLeft > 0;
    }

    /** When that flush is; only while {@link #isWaiting}. */
    int dueAt() {
        if (waitMs == 0) {
            return tellAt;
        }
        return tellsLeft > 0 ? Serial.earlier(askAt, tellAt) : askAt;
    }
}
