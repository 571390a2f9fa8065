package dev.convoy.client;

import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.session.SessionLink;
import io.netty.util.concurrent.FastThreadLocal;

/** What all clients on one event loop share, because only one of them runs at a time. */
final class LoopBuffers {
    private static final FastThreadLocal<LoopBuffers> OF_THIS_LOOP = new FastThreadLocal<>() {
        @Override
        protected LoopBuffers initialValue() {
            return new LoopBuffers();
        }
    };

    private static final int DATAGRAM_BYTES_MAX = 2_048;

    /** For frames; valid until the loop touches the next one. */
    final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    /** For datagrams on their way out. */
    final byte[] outgoing = new byte[DATAGRAM_BYTES_MAX];
    /** For datagrams on their way in. */
    final byte[] incoming = new byte[DATAGRAM_BYTES_MAX];
    /** For sealed packets once they are opened. */
    final byte[] opened = new byte[DATAGRAM_BYTES_MAX];
    /** For what KCP keeps. */
    final SegmentPool pool = new SegmentPool();

    private LoopBuffers() {}

    /** The buffers of the event loop that this thread is. */
    static LoopBuffers current() {
        return OF_THIS_LOOP.get();
    }
}
