package dev.convoy.protocol.sim;

/**
 * What one direction of a path does to datagrams; immutable. Starts with {@link #clean}, and each {@code with} adds a trouble. Rates are
 * probabilities from 0 to 1.
 */
public final class LinkModel implements Cloneable {
    int delayMinMs;
    int delayMaxMs;
    double lossRate;
    double burstRate;
    int burstLengthMax = 1;
    double duplicateRate;
    double reorderRate;
    int reorderMaxMs;
    long blackoutFromMs;
    long blackoutToMs;
    boolean fifo;
    /** 0: as fast as you like. */
    int bytesPerMs;

    int queueBytesMax;

    private LinkModel() {}

    /** A path that only delays. */
    public static LinkModel clean(int delayMs) {
        return new LinkModel().withDelay(delayMs, delayMs);
    }

    /** Delays evenly distributed from {@code minMs} to {@code maxMs}: datagrams may overtake each other. */
    public LinkModel withDelay(int minMs, int maxMs) {
        LinkModel model = copy();
        model.delayMinMs = minMs;
        model.delayMaxMs = maxMs;
        return model;
    }

    /** Loses datagrams, each for itself. */
    public LinkModel withLoss(double rate) {
        LinkModel model = copy();
        model.lossRate = rate;
        return model;
    }

    /** Begins a burst at this rate, and loses up to {@code lengthMax} datagrams in a row. */
    public LinkModel withBursts(double rate, int lengthMax) {
        LinkModel model = copy();
        model.burstRate = rate;
        model.burstLengthMax = lengthMax;
        return model;
    }

    /** Delivers twice. */
    public LinkModel withDuplication(double rate) {
        LinkModel model = copy();
        model.duplicateRate = rate;
        return model;
    }

    /** Delays some datagrams by up to {@code maxMs} more. */
    public LinkModel withReordering(double rate, int maxMs) {
        LinkModel model = copy();
        model.reorderRate = rate;
        model.reorderMaxMs = maxMs;
        return model;
    }

    /** Lets nothing through from one time until another. */
    public LinkModel withBlackout(long fromMs, long toMs) {
        LinkModel model = copy();
        model.blackoutFromMs = fromMs;
        model.blackoutToMs = toMs;
        return model;
    }

    /** Carries so many bytes in a millisecond; what comes faster waits in a queue, and is lost when that is full. */
    public LinkModel withBandwidth(int bytesPerMs, int queueBytesMax) {
        LinkModel model = copy();
        model.bytesPerMs = bytesPerMs;
        model.queueBytesMax = queueBytesMax;
        return model;
    }

    /** Nothing overtakes: a datagram arrives no sooner than the one before it. */
    public LinkModel inOrder() {
        LinkModel model = copy();
        model.fifo = true;
        return model;
    }

    @Override
    public String toString() {
        return "delay " + delayMinMs + ".." + delayMaxMs + " ms, loss " + lossRate + ", bursts " + burstRate + " to "
                + burstLengthMax + ", duplicates " + duplicateRate + ", reorders " + reorderRate + " by " + reorderMaxMs
                + " ms, blackout " + blackoutFromMs + ".." + blackoutToMs + " ms, fifo " + fifo;
    }

    private LinkModel copy() {
        try {
            return (LinkModel) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
