package dev.convoy.protocol.seal;

import dev.convoy.protocol.wire.LittleEndian;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * Seals the KCP datagrams of one conv in one direction. Every packet gets the next counter, whether it is sent or not, and
 * the key ends with its counters: {@link #isWorn} says when to resume the session, which brings a new conv and new
 * keys, and {@link #EXHAUSTED} that it is too late. Confined to its owner.
 */
public final class PacketSealer {
    /** Instead of a length: this key seals nothing any more. */
    public static final int EXHAUSTED = -1;

    private static final long WORN_AT = SealedPacket.PACKETS_MAX / 16 * 15;

    private final int conv;
    private final PacketCipher cipher;
    private long counter;

    /**
     * A sealer for a fresh key.
     *
     * @param key 32 bytes of this direction, never used before
     */
    public PacketSealer(byte[] key, int conv) {
        this(key, conv, 0);
    }

    PacketSealer(byte[] key, int conv, long counter) {
        this.cipher = new PacketCipher(Cipher.ENCRYPT_MODE, key);
        this.conv = conv;
        this.counter = counter;
    }

    /**
     * Seals the KCP datagram of {@code length} bytes. Both arrays may be the same; any overlap is allowed.
     *
     * @return the packet's length, {@value SealedPacket#OVERHEAD_BYTES} more than the datagram's, or {@link #EXHAUSTED}
     * @throws IllegalArgumentException when the datagram is not of this conv or longer than a packet can hold
     */
    public int seal(byte[] datagram, int offset, int length, byte[] into, int at) {
        Objects.checkFromIndexSize(at, length + SealedPacket.OVERHEAD_BYTES, into.length);
        if (length < 4 || length > SealedPacket.PLAIN_BYTES_MAX)
            throw new IllegalArgumentException("a datagram of " + length + " bytes");
        if (LittleEndian.u32(datagram, offset) != conv)
            throw new IllegalArgumentException("a datagram of another conv");
        if (counter >= SealedPacket.PACKETS_MAX) return EXHAUSTED;
        int body = at + SealedPacket.CIPHERTEXT_OFFSET;
        byte[] from = datagram;
        int fromOffset = offset + 4;
        if (datagram == into) { // moved by us, because the JDK would allocate an array to move it
            System.arraycopy(datagram, fromOffset, into, body, length - 4);
            fromOffset = body;
        }
        LittleEndian.putU32(into, at + SealedPacket.CONV_OFFSET, conv);
        LittleEndian.putU32(into, at + SealedPacket.COUNTER_OFFSET, (int) counter);
        int sealed = cipher.apply(counter++, into, at, from, fromOffset, length - 4, into, body);
        return SealedPacket.CIPHERTEXT_OFFSET + sealed;
    }

    /** How many packets were sealed, and the counter of the next. */
    public long sealed() {
        return counter;
    }

    /** True when the session should be resumed soon, for the sake of new keys. */
    public boolean isWorn() {
        return counter >= WORN_AT;
    }
}
