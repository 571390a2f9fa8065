package dev.convoy.protocol.kcp;

import java.util.Arrays;

/**
 * The memory of all conversations of one event loop: payload segments and the index rings that refer to them. Confined to that event
 * loop, like the conversations that share it.
 *
 * <p>A segment is a number, not an object: storing it costs no garbage-collection barrier, and a ring of numbers lies in a few cache
 * lines. Its bytes are a slot of a <em>slab</em>, one array for {@value #SEGMENTS_PER_SLAB} segments of equal size. There are three
 * sizes, so that a small message does not occupy a whole datagram's worth of memory. Slabs are made on demand up to {@code bytesMax}
 * and kept from then on; after warming up nothing is allocated any more.
 */
public final class SegmentPool {
    private final KcpTally tally = new KcpTally();
    /** What {@link #acquire} answers when the pool is full; no segment has this number. */
    static final int NONE = 0;

    static final int[] EMPTY_RING = {};

    private static final long BYTES_MAX_DEFAULT = 256L << 20;
    private static final int SLAB_SHIFT = 5;
    private static final int SEGMENTS_PER_SLAB = 1 << SLAB_SHIFT;
    private static final int SLAB_MASK = SEGMENTS_PER_SLAB - 1;
    private static final int[] BYTES_OF_SIZE = {256, 1536, 65536};
    /** A segment of the largest size has a slab of its own. */
    private static final int LARGEST = BYTES_OF_SIZE.length - 1;

    private static final int SEGMENT_BYTES_MAX = BYTES_OF_SIZE[LARGEST];

    private static final int RING_SIZES = 24;
    private static final int SPARE_RINGS_MAX = 64;

    private final long bytesMax;
    private long bytesAllocated;

    private byte[][] slabs = new byte[16][];
    private byte[] sizeOfSlab = new byte[16];
    private int slabCount = 1; // slab 0 stays empty, so that no segment has the number NONE

    private final int[][] free = new int[BYTES_OF_SIZE.length][SEGMENTS_PER_SLAB];
    private final int[] freeCount = new int[BYTES_OF_SIZE.length];
    private int inUse;

    private final int[][][] spareRings = new int[RING_SIZES][][];
    private final int[] spareRingCount = new int[RING_SIZES];

    /** A pool of at most 256 MiB of payload. */
    public SegmentPool() {
        this(BYTES_MAX_DEFAULT);
    }

    /** @param bytesMax how much payload memory the pool may hold; when it is used up, senders are told "full" and peers repeat */
    public SegmentPool(long bytesMax) {
        if (bytesMax <= 0) {
            throw new IllegalArgumentException("bytesMax must be positive: " + bytesMax);
        }
        this.bytesMax = bytesMax;
    }

    /** How many segments are held by conversations now. */
    public int segmentsInUse() {
        return inUse;
    }

    /** How many bytes of payload memory have been allocated; grows to what the busiest moment needed. */
    public long bytesAllocated() {
        return bytesAllocated;
    }

    /** A segment with room for so many bytes, or {@link #NONE}. */
    int acquire(int bytes) {
        if (bytes > SEGMENT_BYTES_MAX) {
            return NONE;
        }
        int size = sizeFor(bytes);
        if (freeCount[size] == 0 && !addSlab(size)) {
            return NONE;
        }
        inUse++;
        return free[size][--freeCount[size]];
    }

    /** Whether so many segments of any usual size can be acquired. */
    boolean hasRoomFor(int segments) {
        long slabs = segments / SEGMENTS_PER_SLAB + 1L;
        return bytesAllocated + slabs * SEGMENTS_PER_SLAB * BYTES_OF_SIZE[LARGEST - 1] <= bytesMax;
    }

    void release(int segment) {
        int size = sizeOfSlab[segment >>> SLAB_SHIFT];
        int count = freeCount[size];
        free[size][count] = segment;
        freeCount[size] = count + 1;
        inUse--;
    }

    byte[] bytesOf(int segment) {
        return slabs[segment >>> SLAB_SHIFT];
    }

    int offsetOf(int segment) {
        return (segment & SLAB_MASK) * capacityOf(segment);
    }

    int capacityOf(int segment) {
        return BYTES_OF_SIZE[sizeOfSlab[segment >>> SLAB_SHIFT]];
    }

    /** A ring of zeros; {@code length} is a power of two. */
    int[] acquireRing(int length) {
        int size = Integer.numberOfTrailingZeros(length);
        int count = spareRingCount[size];
        if (count == 0) {
            return new int[length];
        }
        spareRingCount[size] = count - 1;
        return spareRings[size][count - 1];
    }

    /** Takes back a ring, which must be all zeros again. */
    void releaseRing(int[] ring) {
        if (ring.length == 0) {
            return;
        }
        int size = Integer.numberOfTrailingZeros(ring.length);
        if (spareRings[size] == null) {
            spareRings[size] = new int[SPARE_RINGS_MAX][];
        }
        int count = spareRingCount[size];
        if (count < SPARE_RINGS_MAX) {
            spareRings[size][count] = ring;
            spareRingCount[size] = count + 1;
        }
    }

    private static int sizeFor(int bytes) {
        int size = 0;
        while (bytes > BYTES_OF_SIZE[size]) {
            size++;
        }
        return size;
    }

    private boolean addSlab(int size) {
        int segments = size == LARGEST ? 1 : SEGMENTS_PER_SLAB;
        int bytes = segments * BYTES_OF_SIZE[size];
        if (bytesAllocated + bytes > bytesMax) {
            return false;
        }
        if (slabCount == slabs.length) {
            slabs = Arrays.copyOf(slabs, slabCount * 2);
            sizeOfSlab = Arrays.copyOf(sizeOfSlab, slabCount * 2);
        }
        int slab = slabCount++;
        slabs[slab] = new byte[bytes];
        sizeOfSlab[slab] = (byte) size;
        bytesAllocated += bytes;
        addFree(size, slab << SLAB_SHIFT, segments);
        return true;
    }

    /** The free list has room for every segment of its size that exists, so that releasing never allocates. */
    private void addFree(int size, int first, int segments) {
        int room = freeCount[size] + inUse + segments;
        if (room > free[size].length) {
            free[size] = Arrays.copyOf(free[size], Math.max(room, free[size].length * 2));
        }
        for (int i = segments - 1; i >= 0; i--) {
            free[size][freeCount[size]++] = first + i;
        }
    }

    /** What the conversations that share this have sent. */
    public KcpTally tally() {
        return tally;
    }
}
