package dev.convoy.router;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back through Netty's channels: takes datagrams from the inside one, strips the path header and sends the rest
 * to the client that it names, out of the public one. Confined to the event loop of both.
 */
final class FromNodes extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FromNodes.class);

    private final WayBack wayBack;
    private final RouterCounters counters;
    private final Channel outside;

    FromNodes(WayBack wayBack, RouterCounters counters, Channel outside) {
        this.wayBack = wayBack;
        this.counters = counters;
        this.outside = outside;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf datagram = packet.content();
        InetSocketAddress sender = packet.sender();
        int headerBytes = wayBack.judge(
                datagram,
                datagram.readerIndex(),
                datagram.readableBytes(),
                Ip.high(sender.getAddress()),
                Ip.low(sender.getAddress()),
                sender.getPort());
        if (headerBytes > 0 && outside.isWritable()) {
            InetSocketAddress client =
                    new InetSocketAddress(Ip.of(wayBack.clientHigh, wayBack.clientLow), wayBack.clientPort);
            UdpTransport.write(outside, datagram.skipBytes(headerBytes), client);
        } else {
            if (headerBytes > 0) counters.count(Outcome.CLIENTS_CONGESTED);
            datagram.release();
        }
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
