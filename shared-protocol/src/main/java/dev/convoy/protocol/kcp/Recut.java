package dev.convoy.protocol.kcp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages that wait to be sent, on their way from one segment size to a smaller one. Used when the MTU shrinks, which is rare. */
final class Recut {
    /** Takes a segment. */
    interface Sink {
        boolean append(byte[] bytes, int offset, int length, int fragment);
    }

    private static final class Piece {
        final byte[] bytes;
        final int offset;
        final int length;
        final int fragment;

        Piece(byte[] bytes, int offset, int length, int fragment) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
            this.fragment = fragment;
        }
    }

    private final int segmentBytes;
    private final int fragmentsLimit;
    private final List<Piece> pieces = new ArrayList<>();

    private final List<Piece> message = new ArrayList<>();
    private boolean changed;

    Recut(int segmentBytes, int fragmentsLimit) {
        this.segmentBytes = segmentBytes;
        this.fragmentsLimit = fragmentsLimit;
    }

    /** The next segment of the queue; {@code fragment} 0 ends a message. */
    void add(byte[] bytes, int offset, int length, int fragment) {
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        message.add(new Piece(copy, 0, length, fragment));
        if (fragment == 0) {
            cut();
        }
    }

    boolean changesAnything() {
        return changed;
    }

    int segments() {
        return pieces.size();
    }

    void forEach(Sink sink) {
        for (Piece piece : pieces) {
            sink.append(piece.bytes, piece.offset, piece.length, piece.fragment);
        }
    }

    /** A message that would need more fragments than there are numbers stays as it is: rather large datagrams than none. */
    private void cut() {
        int bytes = message.stream().mapToInt(piece -> piece.length).sum();
        int count = (bytes + segmentBytes - 1) / segmentBytes;
        boolean fits = message.stream().allMatch(piece -> piece.length <= segmentBytes);
        if (fits || count >= fragmentsLimit) {
            pieces.addAll(message);
        } else {
            byte[] whole = join(bytes);
            for (int i = 0; i < count; i++) {
                int at = i * segmentBytes;
                pieces.add(new Piece(whole, at, Math.min(segmentBytes, bytes - at), count - 1 - i));
            }
            changed = true;
        }
        message.clear();
    }

    private byte[] join(int bytes) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes);
        message.forEach(piece -> whole.write(piece.bytes, piece.offset, piece.length));
        return whole.toByteArray();
    }
}
