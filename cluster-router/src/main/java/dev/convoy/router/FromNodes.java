package dev.convoy.router;

import dev.convoy.protocol.wire.PathHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back: takes datagrams from the inside socket, strips the path header and sends the rest to the client
 * that it names, out of the public socket. Only nodes of the table are listened to. Confined to the event loop
 * of both sockets.
 */
final class FromNodes extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FromNodes.class);

    private final CurrentTable current;
    private final RouterCounters counters;
    private final byte[] ipv4 = new byte[PathHeader.IPV4_BYTES - PathHeader.ADDRESS_OFFSET];
    private final byte[] ipv6 = new byte[PathHeader.IPV6_BYTES - PathHeader.ADDRESS_OFFSET];
    private final Channel outside;

    FromNodes(CurrentTable current, RouterCounters counters, Channel outside) {
        this.current = current;
        this.counters = counters;
        this.outside = outside;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws UnknownHostException {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf datagram = packet.content();
        Outcome outcome = judge(datagram, packet.sender());
        counters.count(outcome);
        if (outcome != Outcome.RETURNED) {
            datagram.release();
            return;
        }
        UdpTransport.write(outside, datagram, readPathHeader(datagram));
    }

    private Outcome judge(ByteBuf datagram, InetSocketAddress sender) {
        if (!current.get().isNode(sender)) return Outcome.NOT_FROM_A_NODE;
        int headerBytes = pathHeaderBytes(datagram);
        // An empty rest is no answer, and would put Netty's count of a batch's datagrams out of step.
        if (headerBytes == 0 || datagram.readableBytes() == headerBytes) return Outcome.PATH_MALFORMED;
        if (datagram.readableBytes() - headerBytes > FromClients.DATAGRAM_BYTES_MAX) return Outcome.ANSWER_OVERSIZE;
        return outside.isWritable() ? Outcome.RETURNED : Outcome.CLIENTS_CONGESTED;
    }

    /** The length of the whole and proper path header in front, or 0. */
    private static int pathHeaderBytes(ByteBuf datagram) {
        int length = datagram.readableBytes();
        if (length < PathHeader.IPV4_BYTES) return 0;
        int start = datagram.readerIndex();
        int headerBytes = PathHeader.bytes(datagram.getByte(start + PathHeader.KIND_OFFSET));
        boolean isWhole = length >= headerBytes && datagram.getByte(start + 1) == 0;
        return isWhole && datagram.getUnsignedShortLE(start + PathHeader.PORT_OFFSET) != 0 ? headerBytes : 0;
    }

    private InetSocketAddress readPathHeader(ByteBuf datagram) throws UnknownHostException {
        int start = datagram.readerIndex();
        int headerBytes = pathHeaderBytes(datagram);
        int port = datagram.getUnsignedShortLE(start + PathHeader.PORT_OFFSET);
        byte[] address = headerBytes == PathHeader.IPV4_BYTES ? ipv4 : ipv6;
        datagram.getBytes(start + PathHeader.ADDRESS_OFFSET, address);
        datagram.skipBytes(headerBytes);
        return new InetSocketAddress(InetAddress.getByAddress(address), port);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        outside.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean isNetwork = cause instanceof IOException;
        counters.count(isNetwork ? Outcome.SEND_FAILED : Outcome.FAULT);
        if (!isNetwork) LOG.error("A datagram was lost to a fault of the router's own", cause);
    }
}
