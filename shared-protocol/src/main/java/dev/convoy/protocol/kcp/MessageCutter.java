package dev.convoy.protocol.kcp;

/** Cuts messages into segments for the send window, or fills segments up in stream mode; all of a message or nothing. */
final class MessageCutter {
    /** The reference refuses a message of this many fragments: it is the least receive window of any implementation. */
    static final int FRAGMENTS_LIMIT = 128;

    private final boolean stream;
    private final int queueSegmentsMax;
    private final SendWindow sending;

    MessageCutter(KcpSettings settings, SendWindow sending) {
        this.stream = settings.stream();
        this.queueSegmentsMax = settings.sendQueueSegmentsMax();
        this.sending = sending;
    }

    /** @param segmentBytes payload bytes of a full segment */
    SendResult send(byte[] message, int offset, int length, int segmentBytes) {
        return stream
                ? sendStream(message, offset, length, segmentBytes)
                : sendFragments(message, offset, length, segmentBytes);
    }

    private SendResult sendFragments(byte[] message, int offset, int length, int segmentBytes) {
        int count = Math.max(1, (length + segmentBytes - 1) / segmentBytes);
        if (count >= FRAGMENTS_LIMIT || count > queueSegmentsMax) {
            return SendResult.TOO_LARGE;
        }
        if (sending.waiting() + count > queueSegmentsMax) {
            return SendResult.QUEUE_FULL;
        }
        for (int i = 0; i < count; i++) {
            int at = i * segmentBytes;
            int following = stream ? 0 : count - 1 - i;
            if (!sending.append(message, offset + at, Math.min(segmentBytes, length - at), following)) {
                sending.unappend(i);
                return SendResult.QUEUE_FULL;
            }
        }
        return SendResult.ACCEPTED;
    }

    /** Fills up the last waiting segment, and queues what is left. */
    private SendResult sendStream(byte[] bytes, int offset, int length, int segmentBytes) {
        int last = sending.waiting() - 1;
        int extension = Math.min(length, sending.roomInLast(segmentBytes));
        if (last < 0 || extension < length) {
            SendResult result = sendFragments(bytes, offset + extension, length - extension, segmentBytes);
            if (result != SendResult.ACCEPTED) {
                return result;
            }
        }
        if (extension > 0 && !sending.extend(last, bytes, offset, extension, segmentBytes)) {
            sending.unappend(sending.waiting() - 1 - last);
            return SendResult.QUEUE_FULL;
        }
        return SendResult.ACCEPTED;
    }
}
