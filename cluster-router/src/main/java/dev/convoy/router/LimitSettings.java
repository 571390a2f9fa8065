package dev.convoy.router;

/**
 * What a router lets through, per second, over all its loops. A prefix is a network that one person may have for
 * himself.
 *
 * @param controlPerPrefix control datagrams (handshakes, probes) of one prefix
 * @param controlTotal control datagrams of everybody
 * @param resetsPerPrefix Resets sent to one prefix
 * @param resetsTotal Resets sent to everybody
 * @param dataPerPrefix data datagrams of one prefix; 0 = as many as come
 * @param ipv4PrefixBits 1 to 32
 * @param ipv6PrefixBits 1 to 64
 */
record LimitSettings(
        int controlPerPrefix,
        int controlTotal,
        int resetsPerPrefix,
        int resetsTotal,
        int dataPerPrefix,
        int ipv4PrefixBits,
        int ipv6PrefixBits) {}
