package dev.convoy.protocol.session;

import dev.convoy.protocol.sim.LinkModel;
import java.util.SplittableRandom;

/**
 * What goes wrong in a run, and how much is said in it.
 *
 * @param room what of the room survives a crash of the server
 * @param messages that each side says of itself; the room answers some of the client's besides
 * @param messageBytesMax of most messages
 * @param outboxMessagesMax of both ends
 * @param poolBytesMax memory of all conversations of the server
 * @param delayMaxMs of a datagram, one way
 * @param commitMaxMs how long a commit takes
 * @param crashes of the server, at random moments
 * @param kills of the client, which begins again with what is in its file
 * @param drains of the server, after which another goes on with the room
 * @param drops of the line, at random moments
 * @param slips whether commits go unanswered and files are written late
 */
record SimTroubles(
        Room room,
        LinkModel link,
        double lossRate,
        int delayMaxMs,
        int messages,
        int messageBytesMax,
        int outboxMessagesMax,
        long poolBytesMax,
        int commitMaxMs,
        int crashes,
        int kills,
        int drains,
        int drops,
        boolean slips) {
    /** A room's durability, as in the product. */
    enum Room {
        MEMORY,
        CHECKPOINT,
        STRICT
    }

    private static final long PLENTY = 64L << 20;
    /** So little that a few conversations use it up: one slab of small segments and one of large ones. */
    private static final long TIGHT = 64L << 10;

    private static final int FITS_TIGHT_BYTES = 2_000;

    /** A good network on which nothing goes wrong of itself. */
    static SimTroubles none(Room room, int messages) {
        return new SimTroubles(room, LinkModel.clean(7), 0, 7, messages, 100, 1_000, PLENTY, 5, 0, 0, 0, 0, false);
    }

    static SimTroubles random(long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        int delayMaxMs = 1 + random.nextInt(120);
        double lossRate = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.25;
        LinkModel link = LinkModel.clean(0)
                .withDelay(random.nextInt(delayMaxMs), delayMaxMs)
                .withLoss(lossRate);
        if (random.nextInt(3) == 0) link = link.withDuplication(random.nextDouble() * 0.4);
        if (random.nextInt(3) == 0) link = link.withReordering(random.nextDouble() * 0.4, 1 + random.nextInt(200));
        if (random.nextInt(3) == 0) link = link.withBursts(random.nextDouble() * 0.03, 1 + random.nextInt(10));
        if (random.nextInt(4) == 0) {
            long fromMs = random.nextLong(1_000, 3_000);
            link = link.withBlackout(fromMs, fromMs + random.nextLong(8_000));
        }
        boolean isTight = random.nextInt(5) == 0;
        return new SimTroubles(
                Room.values()[random.nextInt(Room.values().length)],
                link,
                lossRate,
                delayMaxMs,
                1 + random.nextInt(120),
                isTight ? FITS_TIGHT_BYTES : random.nextInt(6) == 0 ? 5_000 : 200,
                1 + random.nextInt(random.nextBoolean() ? 8 : 200),
                isTight ? TIGHT : PLENTY,
                1 + random.nextInt(80),
                random.nextInt(5),
                random.nextInt(4),
                random.nextInt(3),
                random.nextInt(5),
                random.nextBoolean());
    }

    /** A moment at which something goes wrong. */
    int withinMs(SplittableRandom run) {
        return run.nextInt(200 + 60 * messages);
    }

    /** In a tight pool, early segments must not take all the room that the one they wait for needs. */
    int windowSegments() {
        return poolBytesMax == PLENTY ? 256 : 16;
    }

    int messageBytes(SplittableRandom run) {
        return poolBytesMax == PLENTY && run.nextInt(400) == 0
                ? SessionLink.MESSAGE_BYTES_MAX
                : 16 + run.nextInt(messageBytesMax);
    }
}
