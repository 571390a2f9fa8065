package dev.convoy.protocol.seal;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM under one key for one direction. Keeps its cipher and its key schedule; what the JDK allocates per packet
 * all the same (the nonce's parameter object and the engine's state, about 1 kB) dies at once.
 */
final class PacketCipher {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private final int mode;
    private final SecretKeySpec key;
    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];

    PacketCipher(int mode, byte[] key) {
        if (key.length != KEY_BYTES) throw new IllegalArgumentException("a packet key of " + key.length + " bytes");
        this.mode = mode;
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /**
     * Encrypts or decrypts {@code length} bytes of {@code from} into {@code into}; the associated data are the eight bytes at
     * {@code header} of {@code headed}.
     *
     * @return how many bytes came out, or -1 when they are not authentic
     */
    int apply(long counter, byte[] headed, int header, byte[] from, int offset, int length, byte[] into, int at) {
        for (int i = NONCE_BYTES - 1, shift = 0; shift < Long.SIZE; i--, shift += Byte.SIZE)
            nonce[i] = (byte) (counter >>> shift);
        try {
            cipher.init(mode, key, new GCMParameterSpec(SealedPacket.TAG_BYTES * 8, nonce));
            cipher.updateAAD(headed, header, SealedPacket.CIPHERTEXT_OFFSET);
            return cipher.doFinal(from, offset, length, into, at);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("no room for the packet", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM cannot be used as it was a packet ago", e);
        }
    }
}
