package dev.convoy.protocol.seal;

import dev.convoy.protocol.wire.LittleEndian;
import java.util.Objects;
import javax.crypto.Cipher;

/**
 * Opens the sealed packets of one conv in one direction. What costs nothing is looked at first; the counter is remembered
 * only when the tag was right, so nobody can push the window. Any bytes at all are allowed. Confined to its owner.
 */
public final class PacketOpener {
    private final int conv;
    private final PacketCipher cipher;
    private final ReplayWindow window = new ReplayWindow();
    private int plainBytes;
    private long counter;
    private boolean isNewest;

    /**
     * An opener for a fresh key.
     *
     * @param key 32 bytes of this direction
     */
    public PacketOpener(byte[] key, int conv) {
        this.cipher = new PacketCipher(Cipher.DECRYPT_MODE, key);
        this.conv = conv;
    }

    /**
     * Opens the packet of {@code length} bytes. The KCP datagram, conv and all, is then at {@code at}, {@link #plainBytes} long; if
     * the packet was refused, whatever is there means nothing.
     *
     * @param into with room for the packet without its overhead; another array than {@code packet}, or the JDK allocates one
     */
    public SealDrop open(byte[] packet, int offset, int length, byte[] into, int at) {
        SealDrop drop = look(packet, offset, length);
        if (drop != SealDrop.NONE) return drop;
        Objects.checkFromIndexSize(at, length - SealedPacket.OVERHEAD_BYTES, into.length);
        long came = SealedPacket.counter(packet, offset);
        int body = offset + SealedPacket.CIPHERTEXT_OFFSET;
        int opened =
                cipher.apply(came, packet, offset, packet, body, length - SealedPacket.CIPHERTEXT_OFFSET, into, at + 4);
        if (opened < 0) return SealDrop.NOT_AUTHENTIC;
        LittleEndian.putU32(into, at, conv);
        plainBytes = opened + 4;
        counter = came;
        isNewest = window.isNewest(came);
        window.accept(came);
        return SealDrop.NONE;
    }

    /** The length of the KCP datagram opened last. */
    public int plainBytes() {
        return plainBytes;
    }

    /** The counter of the packet opened last. */
    public long counter() {
        return counter;
    }

    /** True when the packet opened last is newer than all before it: only such a one may move the path. */
    public boolean isNewest() {
        return isNewest;
    }

    private SealDrop look(byte[] packet, int offset, int length) {
        if (length < SealedPacket.BYTES_MIN) return SealDrop.TOO_SHORT;
        if (length > SealedPacket.BYTES_MAX) return SealDrop.TOO_LONG;
        if (SealedPacket.conv(packet, offset) != conv) return SealDrop.WRONG_CONV;
        long came = SealedPacket.counter(packet, offset);
        if (came >= SealedPacket.PACKETS_MAX) return SealDrop.COUNTER_TOO_HIGH;
        if (window.isTooOld(came)) return SealDrop.TOO_OLD;
        return window.isNew(came) ? SealDrop.NONE : SealDrop.REPLAYED;
    }
}
