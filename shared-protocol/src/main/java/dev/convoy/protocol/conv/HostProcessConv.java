package dev.convoy.protocol.conv;

import java.util.random.RandomGenerator;

/**
 * Host + process + sequence: a program gives out convs of its own without asking anybody, from a block that its
 * host and process id choose.
 *
 * <pre>
 * rank = host (4048 values) · process (8 bits) · sequence (12 bits)
 * conv = 31…20 host | 19…12 process | 11…0 sequence
 * </pre>
 *
 * <p>The fields do not overlap: within a program no two convs are equal, and of one host's programs only those whose
 * ids are equal mod {@value #PROCESSES}. For fixed machines (game servers that call each other); two programs collide
 * only if both hash and process agree, and then throughout.
 */
public final class HostProcessConv {
    public static final int SEQUENCES = 1 << 12;
    public static final int PROCESSES = 1 << 8;
    public static final int HOSTS = (int) (Conv.COUNT / SEQUENCES / PROCESSES);
    /** How many blocks there are for programs. */
    public static final int BLOCKS = HOSTS * PROCESSES;

    private HostProcessConv() {}

    /**
     * The convs of one program.
     *
     * @param host what tells the host from others, e.g. its MAC address or name
     * @param processId the operating system's number of the process
     * @param heldMax at most so many at a time, in use or in quarantine; at most {@value #SEQUENCES}
     * @param quarantineMs how long a released conv is nobody's
     * @param start where in the block to begin
     */
    public static ConvAllocator allocator(
            byte[] host, long processId, int heldMax, long quarantineMs, RandomGenerator start) {
        long first = Conv.rank(conv(hostField(host), (int) Math.floorMod(processId, (long) PROCESSES), 0));
        return new ConvAllocator(first, SEQUENCES, 1, heldMax, quarantineMs, start);
    }

    /** The odds that any two of {@code programs} on different hosts have the same block. */
    public static double odds(long programs) {
        return CollisionOdds.any(programs, BLOCKS);
    }

    static int conv(int host, int process, int sequence) {
        return Conv.ofRank(((long) host * PROCESSES + process) * SEQUENCES + sequence);
    }

    /** FNV-1a, mixed: MAC addresses of one rack differ in their last bits only. */
    static int hostField(byte[] host) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : host) hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        return (int) Long.remainderUnsigned(UuidConv.mix(hash), HOSTS);
    }
}
