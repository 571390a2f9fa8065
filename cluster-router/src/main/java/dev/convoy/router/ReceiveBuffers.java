package dev.convoy.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The memory that one socket receives into: a few buffers, used again and again, each with room for a batch of
 * datagrams and for a path header in front of every one of them.
 *
 * <pre>
 * | 20 bytes | slot 0: 1280 bytes    | slot 1: 1280 bytes    | ...
 *              datagram ≤ 1200 | free  datagram ≤ 1200 | free
 *                                   ^^ the path header of the datagram in slot 1 goes here
 * </pre>
 *
 * A slot is larger than the largest datagram that we forward, so the end of the slot before is free: a header
 * is put in front of a datagram where it lies, nothing is copied and nothing is composed. (A datagram that
 * does reach into the end of its slot is too large, and has been dropped before the next one is looked at.)
 *
 * <p>A buffer is taken again when all slices of it have been sent, which is nearly always at once. When the
 * socket that they leave by is congested, a buffer from the allocator stands in; how many of those there can
 * be is limited by that socket's write buffer. Owned by one channel, confined to its event loop.
 */
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** More than the largest datagram with its path header: one byte too many must be seen, not cut off. */
    static final int SLOT_BYTES = 1280;

    /** Datagrams received by one system call, and sent by one. */
    static final int BATCH = 64;

    private final int headroomBytes;
    private final int slots;
    private final ByteBuf[] ring;
    private int next;

    /**
     * @param headroomBytes room for a header in front of each datagram
     * @param slots datagrams that one buffer takes: {@link #BATCH} where the platform receives batches, else 1
     * @param buffers how many buffers are kept
     */
    ReceiveBuffers(ByteBufAllocator allocator, int headroomBytes, int slots, int buffers) {
        super(slots > 1 ? 1 : BATCH);
        this.headroomBytes = headroomBytes;
        this.slots = slots;
        this.ring = new ByteBuf[buffers];
        for (int i = 0; i < buffers; i++) ring[i] = allocate(allocator);
    }

    private ByteBuf allocate(ByteBufAllocator allocator) {
        int bytes = headroomBytes + slots * SLOT_BYTES;
        return allocator.directBuffer(bytes, bytes).setIndex(headroomBytes, headroomBytes);
    }

    private ByteBuf take(ByteBufAllocator allocator) {
        for (int i = 0; i < ring.length; i++) {
            next = next + 1 == ring.length ? 0 : next + 1;
            ByteBuf buffer = ring[next];
            if (buffer.refCnt() == 1) {
                return buffer.setIndex(headroomBytes, headroomBytes).retain();
            }
        }
        return allocate(allocator);
    }

    /**
     * The datagram with {@code headerBytes} more in front of it, their content undefined. Takes over the
     * caller's reference.
     */
    ByteBuf withHeadroom(ByteBuf datagram, int headerBytes) {
        if (datagram.readerIndex() >= headerBytes) {
            return datagram.readerIndex(datagram.readerIndex() - headerBytes);
        }
        ByteBuf root = ring[next];
        int length = datagram.readableBytes();
        int start = offsetWithin(root, datagram) - headerBytes;
        try {
            if (start >= 0 && start + headerBytes + length <= root.capacity()) {
                return root.retainedSlice(start, headerBytes + length);
            }
            return datagram.alloc()
                    .directBuffer(headerBytes + length)
                    .writeZero(headerBytes)
                    .writeBytes(datagram);
        } finally {
            datagram.release();
        }
    }

    private static int offsetWithin(ByteBuf root, ByteBuf slice) {
        if (!root.hasMemoryAddress() || !slice.hasMemoryAddress()) return -1;
        long offset = slice.memoryAddress() + slice.readerIndex() - root.memoryAddress();
        return offset >= 0 && offset < root.capacity() ? (int) offset : -1;
    }

    /** Gives the buffers back; what is still to be sent of them lives on until it is. */
    void close() {
        for (ByteBuf buffer : ring) buffer.release();
    }

    @Override
    public BatchHandle newHandle() {
        return new BatchHandle();
    }

    final class BatchHandle extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return take(allocator);
        }

        @Override
        public int guess() {
            return slots * SLOT_BYTES;
        }
    }
}
