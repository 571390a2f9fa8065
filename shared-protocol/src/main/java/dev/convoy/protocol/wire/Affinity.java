package dev.convoy.protocol.wire;

import java.nio.charset.StandardCharsets;

/**
 * The routing key of a room: FNV-1a, 64 bits, over its name in UTF-8 (Fowler, Noll, Vo; RFC 9923). Every
 * client computes the same key, so every router sends all clients of a room to the same node, and the
 * node to the same shard.
 */
public final class Affinity {
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Affinity() {}

    public static long ofRoom(String roomId) {
        long hash = FNV_OFFSET_BASIS;
        for (byte b : roomId.getBytes(StandardCharsets.UTF_8)) hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        return hash;
    }

    /**
     * The routing key of a bare handshake, which names no room: of its third word and the address that it came from, so
     * that a repeated one goes where the first went, through whatever router.
     *
     * @param addressHigh the first 8 bytes of the client's address, {@code ::ffff:a.b.c.d} for IPv4, in network order
     * @param addressLow the other 8
     */
    public static long ofClient(int word, long addressHigh, long addressLow, int port) {
        long client = mix(mix(addressHigh) + addressLow);
        return mix(client + ((long) port << Integer.SIZE) + Integer.toUnsignedLong(word));
    }

    /**
     * The shard of a node that holds the room.
     *
     * @param shards how many the node has, a power of two
     */
    public static int shard(long affinity, int shards) {
        return (int) (mix(affinity) & (shards - 1));
    }

    /** The rendezvous score of a node for a key: the accepting node with the highest score gets the room. */
    public static long score(long affinity, int serverId) {
        return mix(affinity + serverId * 0x9E3779B97F4A7C15L);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit moves every output bit. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
