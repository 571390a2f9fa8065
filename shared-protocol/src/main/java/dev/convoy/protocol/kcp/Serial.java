package dev.convoy.protocol.kcp;

/** Arithmetic on unsigned 32-bit counters that wrap: sequence numbers and millisecond timestamps (RFC 1982's comparison). */
final class Serial {
    private Serial() {}

    /** How far {@code later} is ahead of {@code earlier}; negative when it is behind. */
    static int difference(int later, int earlier) {
        return later - earlier;
    }

    static boolean isBefore(int a, int b) {
        return a - b < 0;
    }

    static int earlier(int a, int b) {
        return a - b <= 0 ? a : b;
    }

    static int minUnsigned(int a, int b) {
        return Integer.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static int maxUnsigned(int a, int b) {
        return Integer.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
