package dev.convoy.router;

import dev.convoy.protocol.handshake.Reset;
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
 * The way in through Netty's channels: takes datagrams from the public one, puts the path header in front of them and
 * sends them out of the inside one. Confined to the event loop of both.
 */
final class FromClients extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FromClients.class);

    private final WayIn wayIn;
    private final RouterCounters counters;
    private final ReceiveBuffers buffers;
    private final Channel inside;

    FromClients(WayIn wayIn, RouterCounters counters, ReceiveBuffers buffers, Channel inside) {
        this.wayIn = wayIn;
        this.counters = counters;
        this.buffers = buffers;
        this.inside = inside;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf datagram = packet.content();
        InetSocketAddress client = packet.sender();
        long high = Ip.high(client.getAddress());
        long low = Ip.low(client.getAddress());
        wayIn.handleBatch(System.nanoTime());
        int start = datagram.readerIndex();
        ShardPort to = wayIn.judge(datagram, start, datagram.readableBytes(), high, low, client.getPort());
        if (to != null && inside.isWritable()) {
            UdpTransport.write(inside, withPathHeader(datagram, high, low, client.getPort()), to.address);
        } else if (to == null && wayIn.takeReset(datagram, start)) {
            sendReset(context.channel(), datagram.writerIndex(start + Reset.BYTES), client);
        } else {
            if (to != null) counters.count(Outcome.NODES_CONGESTED);
            datagram.release();
        }
    }

    private ByteBuf withPathHeader(ByteBuf datagram, long high, long low, int port) {
        ByteBuf framed = buffers.withHeadroom(datagram, WayIn.pathHeaderBytes(high, low));
        WayIn.writePathHeader(framed, framed.readerIndex(), high, low, port);
        return framed;
    }

    private void sendReset(Channel outside, ByteBuf reset, InetSocketAddress client) {
        if (outside.isWritable()) {
            UdpTransport.write(outside, reset, client);
        } else {
            counters.count(Outcome.CLIENTS_CONGESTED);
            reset.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inside.flush();
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean isNetwork = cause instanceof IOException;
        counters.count(isNetwork ? Outcome.SEND_FAILED : Outcome.FAULT);
        if (!isNetwork) LOG.error("A datagram was lost to a fault of the router's own", cause);
    }
}
