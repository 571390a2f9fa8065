package dev.convoy.client;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A client's two kinds of randomness: numbers that nobody may guess, and jitter. */
final class Chances {
    private static final SecureRandom SECRET = new SecureRandom();

    private final SplittableRandom jitter = new SplittableRandom();

    /** For keys and whatever else nobody may guess. */
    static SecureRandom secret() {
        return SECRET;
    }

    static byte[] key(int bytes) {
        byte[] key = new byte[bytes];
        SECRET.nextBytes(key);
        return key;
    }

    /** An attempt: who answers with it has seen the request. */
    long attempt() {
        return SECRET.nextLong();
    }

    RandomGenerator jitter() {
        return jitter;
    }
}
