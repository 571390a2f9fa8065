package dev.convoy.protocol.conv;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * UUID: a conv from an identity that exists already (a device, an account) or from a fresh random UUID (RFC 9562).
 *
 * <p>All 128 bits count. To cut the first four bytes out, as is often done, gives the upper half of a clock for
 * a version 7 UUID: everybody who starts within a minute gets the same conv. For programs that have such an
 * identity and want the same conv every time; collisions as for uniform draws from {@link Conv#COUNT}.
 */
public final class UuidConv {
    private UuidConv() {}

    /** The conv of a UUID of any version: the same for the same UUID. */
    public static int of(UUID id) {
        long folded = mix(mix(id.getMostSignificantBits()) + id.getLeastSignificantBits());
        return Conv.ofRank(Long.remainderUnsigned(folded, Conv.COUNT));
    }

    /** A version 4 UUID of 122 bits of the caller's chance. */
    public static UUID random(RandomGenerator random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(0xC0L << 56)) | (0x80L << 56);
        return new UUID(high, low);
    }

    /** The version 5 UUID (SHA-1) of a name in a namespace. */
    public static UUID named(UUID namespace, byte[] name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits())
                    .array());
            ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name));
            long high = (hash.getLong() & ~0xF000L) | 0x5000L;
            return new UUID(high, (hash.getLong() & ~(0xC0L << 56)) | (0x80L << 56));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The odds that any two of {@code ids} different UUIDs have the same conv. */
    public static double odds(long ids) {
        return CollisionOdds.any(ids, Conv.COUNT);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
