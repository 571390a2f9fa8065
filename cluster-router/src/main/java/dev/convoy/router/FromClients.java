package dev.convoy.router;

import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.wire.Affinity;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.PathHeader;
import dev.convoy.protocol.wire.ServerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in: takes datagrams from the public socket, puts the path header in front of them and sends them out
 * of the inside socket. Any bytes are allowed; none throws. Keeps nothing about clients. Confined to the event
 * loop of both sockets.
 */
final class FromClients extends ChannelInboundHandlerAdapter {
    /** The largest datagram of the protocol. */
    static final int DATAGRAM_BYTES_MAX = ControlDatagram.BYTES_MAX;

    private static final Logger LOG = LoggerFactory.getLogger(FromClients.class);

    private final CurrentTable current;
    private final RouterCounters counters;
    private final ReceiveBuffers buffers;
    private final Channel inside;

    /** Where the last datagram routed goes: {@link #route}'s second result. */
    private @Nullable InetSocketAddress destination;

    FromClients(CurrentTable current, RouterCounters counters, ReceiveBuffers buffers, Channel inside) {
        this.current = current;
        this.counters = counters;
        this.buffers = buffers;
        this.inside = inside;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        InetSocketAddress client = packet.sender();
        ByteBuf datagram = packet.content();
        destination = null;
        Outcome outcome = client.getPort() == 0 ? Outcome.MALFORMED : route(datagram);
        InetSocketAddress node = destination;
        if (node != null && !inside.isWritable()) {
            outcome = Outcome.NODES_CONGESTED;
            node = null;
        }
        counters.count(outcome);
        if (node == null) {
            datagram.release();
        } else {
            UdpTransport.write(inside, withPathHeader(datagram, client), node);
        }
    }

    private Outcome route(ByteBuf datagram) {
        int length = datagram.readableBytes();
        if (length < DatagramKind.FIRST_WORD_BYTES) return Outcome.MALFORMED;
        if (length > DATAGRAM_BYTES_MAX) return Outcome.OVERSIZE;
        int firstWord = datagram.getIntLE(datagram.readerIndex());
        return switch (DatagramKind.of(firstWord)) {
            case DATA -> routeData(firstWord);
            case CONTROL -> routeControl(datagram, ControlType.of(firstWord));
            case ILLEGAL -> Outcome.MALFORMED;
        };
    }

    private Outcome routeData(int conv) {
        NodeRoute row = current.get().row(ServerId.of(conv));
        if (row == null) return Outcome.UNKNOWN_SERVER;
        if (row.isDead()) return Outcome.DEAD_SERVER;
        destination = row.ofConv(conv);
        return Outcome.ROUTED_BY_CONV;
    }

    /** Whatever the version: target and affinity stand where they stand, and the node says if it knows the rest. */
    private Outcome routeControl(ByteBuf datagram, @Nullable ControlType type) {
        if (type == null || datagram.readableBytes() < ControlHeader.BYTES) return Outcome.MALFORMED;
        if (!isClients(type)) return Outcome.SERVER_TYPE;
        int start = datagram.readerIndex();
        int target = datagram.getUnsignedByte(start + ControlHeader.TARGET_OFFSET);
        long affinity = datagram.getLongLE(start + ControlHeader.AFFINITY_OFFSET);
        NodeRoute row = current.get().forControl(target, affinity);
        if (row == null) return Outcome.NO_NODE;
        destination = row.shards().get(Affinity.shard(affinity, row.shards().size()));
        return row.serverId() == target ? Outcome.ROUTED_BY_TARGET : Outcome.ROUTED_BY_AFFINITY;
    }

    private static boolean isClients(ControlType type) {
        return switch (type) {
            case CONNECT, PROPOSE, RECONNECT, PROBE -> true;
            case ACCEPT, VERDICT, RESUMED, RETRY, RESET, PROBE_REPLY, REDIRECT -> false;
        };
    }

    private ByteBuf withPathHeader(ByteBuf datagram, InetSocketAddress client) {
        InetAddress address = client.getAddress();
        byte[] bytes = address.getAddress();
        boolean isIpv4 = bytes.length == PathHeader.IPV4_BYTES - PathHeader.ADDRESS_OFFSET;
        ByteBuf framed = buffers.withHeadroom(datagram, PathHeader.ADDRESS_OFFSET + bytes.length);
        int start = framed.readerIndex();
        framed.setByte(start + PathHeader.KIND_OFFSET, isIpv4 ? PathHeader.KIND_IPV4 : PathHeader.KIND_IPV6);
        framed.setByte(start + 1, 0);
        framed.setShortLE(start + PathHeader.PORT_OFFSET, client.getPort());
        framed.setBytes(start + PathHeader.ADDRESS_OFFSET, bytes);
        return framed;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inside.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean isNetwork = cause instanceof IOException;
        counters.count(isNetwork ? Outcome.SEND_FAILED : Outcome.FAULT);
        if (!isNetwork) LOG.error("A datagram was lost to a fault of the router's own", cause);
    }
}
