package dev.convoy.router;

import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.Reset;
import dev.convoy.protocol.handshake.ResetKey;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.protocol.wire.ServerId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The rules for a client's datagram: where it goes, what is put in front of it, and what its client is told if it goes
 * nowhere. Any bytes are allowed; none throws. Keeps nothing about clients but the limits' fixed memory, and allocates
 * nothing. Confined to one event loop.
 */
final class WayIn {
    /** The largest datagram of the protocol. */
    static final int DATAGRAM_BYTES_MAX = ControlDatagram.BYTES_MAX;

    private static final int BARE_WORD_OFFSET = 4;
    private static final int BARE_TEMPORARY_OFFSET = 8;

    private final CurrentTable current;
    private final RouterCounters counters;
    private final LoopLimits limits;
    private final @Nullable ResetKey resetKey;
    private final byte[] reset = new byte[Reset.BYTES];
    private long nowNs;
    private boolean isResetDue;

    /** @param resetKey null: no Resets are sent */
    WayIn(CurrentTable current, RouterCounters counters, LoopLimits limits, @Nullable ResetKey resetKey) {
        this.current = current;
        this.counters = counters;
        this.limits = limits;
        this.resetKey = resetKey;
    }

    /** The time of the datagrams that come now, by {@link System#nanoTime}. */
    void handleBatch(long now) {
        nowNs = now;
    }

    /**
     * Judges the datagram of {@code length} bytes at {@code start}, and counts what becomes of it.
     *
     * @param high and low: the client's address, as {@link Ip} has it
     * @return where it goes, or null when it ends here; then ask {@link #takeReset}
     */
    @Nullable
    ShardPort judge(ByteBuf memory, int start, int length, long high, long low, int port) {
        isResetDue = false;
        RouteTable table = current.get();
        if (length < DatagramKind.FIRST_WORD_BYTES || port == 0) return drop(Outcome.MALFORMED);
        if (length > DATAGRAM_BYTES_MAX) return drop(Outcome.OVERSIZE);
        int firstWord = memory.getIntLE(start);
        return switch (DatagramKind.of(firstWord)) {
            case DATA -> judgeData(table, firstWord, length, high, low);
            case CONTROL -> judgeControl(table, memory, start, length, high, low, port);
            case ILLEGAL -> drop(Outcome.MALFORMED);
        };
    }

    private @Nullable ShardPort judgeData(RouteTable table, int conv, int length, long high, long low) {
        if (!limits.permitsData(high, low, nowNs)) return drop(Outcome.LIMITED_PREFIX);
        NodeRoute row = table.row(ServerId.of(conv));
        if (row == null) return drop(Outcome.UNKNOWN_SERVER);
        if (!row.isDead()) {
            counters.count(Outcome.ROUTED_BY_CONV);
            return table.portOfConv(conv);
        }
        prepareReset(conv, row.epoch(), length, high, low);
        return drop(Outcome.DEAD_SERVER);
    }

    /** Whatever the version: target and affinity stand where they stand, and the node says if it knows the rest. */
    private @Nullable ShardPort judgeControl(
            RouteTable table, ByteBuf memory, int start, int length, long high, long low, int port) {
        ControlType type = ControlType.of(memory.getIntLE(start));
        boolean isBare = length == BareHandshake.BYTES;
        if (type == null || (length < ControlHeader.BYTES && !isBare)) return drop(Outcome.MALFORMED);
        if (!isClients(type)) return drop(Outcome.SERVER_TYPE);
        if (isBare && type != ControlType.CONNECT && type != ControlType.PROPOSE) return drop(Outcome.MALFORMED);
        Outcome limited = limits.limitControl(high, low, nowNs);
        if (limited != null) return drop(limited);
        if (isBare) return judgeBare(table, type, memory, start, high, low, port);
        int target = memory.getUnsignedByte(start + ControlHeader.TARGET_OFFSET);
        long affinity = memory.getLongLE(start + ControlHeader.AFFINITY_OFFSET);
        return byTargetOrAffinity(table, target, affinity);
    }

    /**
     * A bare handshake has no routing key of its own: a Propose goes to the node and the shard of the conv that it wants, as
     * its data will; a Connect to where all repetitions of it go.
     */
    private @Nullable ShardPort judgeBare(
            RouteTable table, ControlType type, ByteBuf memory, int start, long high, long low, int port) {
        int conv = memory.getIntLE(start + BARE_WORD_OFFSET);
        if (type == ControlType.PROPOSE && table.isAccepting(ServerId.of(conv))) {
            counters.count(Outcome.ROUTED_BY_TARGET);
            return table.portOfConv(conv);
        }
        int temporary = memory.getIntLE(start + BARE_TEMPORARY_OFFSET);
        return byTargetOrAffinity(table, 0, Affinity.ofClient(temporary, high, low, port));
    }

    private @Nullable ShardPort byTargetOrAffinity(RouteTable table, int target, long affinity) {
        NodeRoute row = table.forControl(target, affinity);
        if (row == null) return drop(Outcome.NO_NODE);
        counters.count(row.serverId() == target ? Outcome.ROUTED_BY_TARGET : Outcome.ROUTED_BY_AFFINITY);
        return table.portOfAffinity(row.serverId(), affinity);
    }

    private @Nullable ShardPort drop(Outcome outcome) {
        counters.count(outcome);
        return null;
    }

    private static boolean isClients(ControlType type) {
        return switch (type) {
            case CONNECT, PROPOSE, RECONNECT, PROBE -> true;
            case ACCEPT, VERDICT, RESUMED, RETRY, RESET, PROBE_REPLY, REDIRECT -> false;
        };
    }

    /** Not for less than a Reset is long: an answer is never larger than what it answers. */
    private void prepareReset(int conv, long epoch, int length, long high, long low) {
        if (resetKey == null || length < Reset.BYTES) return;
        if (!limits.permitsReset(high, low, nowNs)) {
            counters.count(Outcome.RESET_LIMITED);
            return;
        }
        Reset.write(reset, 0, resetKey, conv, epoch);
        isResetDue = true;
    }

    /** Writes the Reset that answers the datagram just judged over it, if there is to be one. */
    boolean takeReset(ByteBuf memory, int start) {
        if (!isResetDue) return false;
        isResetDue = false;
        memory.setBytes(start, reset);
        counters.count(Outcome.RESET_SENT);
        return true;
    }

    /** How long {@link #writePathHeader} makes a client's header. */
    static int pathHeaderBytes(long high, long low) {
        return Ip.isIpv4(high, low) ? PathHeader.IPV4_BYTES : PathHeader.IPV6_BYTES;
    }

    /** Writes a client's path header at {@code start}, into bytes that are the datagram's own headroom. */
    static void writePathHeader(ByteBuf memory, int start, long high, long low, int port) {
        boolean isIpv4 = Ip.isIpv4(high, low);
        memory.setByte(start + PathHeader.KIND_OFFSET, isIpv4 ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6);
        memory.setByte(start + 1, 0);
        memory.setShortLE(start + PathHeader.PORT_OFFSET, port);
        if (isIpv4) {
            memory.setInt(start + PathHeader.ADDRESS_OFFSET, (int) low);
        } else {
            memory.setLong(start + PathHeader.ADDRESS_OFFSET, high);
            memory.setLong(start + PathHeader.ADDRESS_OFFSET + Long.BYTES, low);
        }
    }
}
