package dev.convoy.router;

import dev.convoy.protocol.handshake.Reset;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path of one event loop in its fast form: both sockets in batches, no object for a datagram. Datagrams of one
 * batch are judged one after the other, where they lie, and leave together. Confined to the event loop.
 */
final class BatchLoop implements DataPath {
    private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);

    private final IoEventLoop loop;
    private final RouterCounters counters;
    private final WayIn wayIn;
    private final WayBack wayBack;
    private final BatchSocket outside;
    private final BatchSocket inside;

    private BatchLoop(IoEventLoop loop, RouterCounters counters, WayIn wayIn, WayBack wayBack, Addresses addresses)
            throws IOException {
        this.loop = loop;
        this.counters = counters;
        this.wayIn = wayIn;
        this.wayBack = wayBack;
        inside = BatchSocket.bind(
                addresses.inside(), false, new SendBatch(counters, Outcome.NODES_CONGESTED), this::handleFromNodes);
        try {
            outside = BatchSocket.bind(
                    addresses.outside(),
                    addresses.sharesPort(),
                    new SendBatch(counters, Outcome.CLIENTS_CONGESTED),
                    this::handleFromClients);
        } catch (IOException refused) {
            inside.close();
            throw refused;
        }
    }

    /** Binds both sockets and begins to forward. */
    static Future<DataPath> open(
            IoEventLoop loop, RouterCounters counters, WayIn wayIn, WayBack wayBack, Addresses addresses) {
        Promise<DataPath> opened = loop.newPromise();
        loop.execute(() -> {
            try {
                BatchLoop path = new BatchLoop(loop, counters, wayIn, wayBack, addresses);
                path.listen(opened);
            } catch (IOException refused) {
                opened.setFailure(refused);
            }
        });
        return opened;
    }

    private void listen(Promise<DataPath> opened) {
        outside.listen(loop)
                .addListener(first -> inside.listen(loop).addListener(second -> {
                    if (first.isSuccess() && second.isSuccess()) {
                        opened.setSuccess(this);
                    } else {
                        closeNow();
                        opened.setFailure(first.isSuccess() ? second.cause() : first.cause());
                    }
                }));
    }

    private void handleFromClients(BatchSocket from, int count) {
        wayIn.handleBatch(System.nanoTime());
        for (int slot = 0; slot < count; slot++) {
            try {
                forward(from, slot);
            } catch (RuntimeException fault) {
                handleFault(fault);
            }
        }
        inside.flush();
        outside.flush();
    }

    private void forward(BatchSocket from, int slot) {
        int start = BatchSocket.start(slot);
        int length = from.length(slot);
        long high = from.senderHigh(slot);
        long low = from.senderLow(slot);
        int port = from.senderPort(slot);
        ShardPort to = wayIn.judge(from.memory, start, length, high, low, port);
        if (to != null) {
            int headerBytes = WayIn.pathHeaderBytes(high, low);
            WayIn.writePathHeader(from.memory, start - headerBytes, high, low, port);
            inside.send(from, start - headerBytes, headerBytes + length, to.high, to.low, to.port);
        } else if (wayIn.takeReset(from.memory, start)) {
            outside.send(from, start, Reset.BYTES, high, low, port);
        }
    }

    private void handleFromNodes(BatchSocket from, int count) {
        for (int slot = 0; slot < count; slot++) {
            try {
                giveBack(from, slot);
            } catch (RuntimeException fault) {
                handleFault(fault);
            }
        }
        outside.flush();
    }

    private void giveBack(BatchSocket from, int slot) {
        int start = BatchSocket.start(slot);
        int length = from.length(slot);
        int headerBytes = wayBack.judge(
                from.memory, start, length, from.senderHigh(slot), from.senderLow(slot), from.senderPort(slot));
        if (headerBytes == 0) return;
        outside.send(
                from,
                start + headerBytes,
                length - headerBytes,
                wayBack.clientHigh,
                wayBack.clientLow,
                wayBack.clientPort);
    }

    private void handleFault(RuntimeException fault) {
        counters.count(Outcome.FAULT);
        LOG.error("A datagram was lost to a fault of the router's own", fault);
    }

    @Override
    public Future<?> close() {
        return loop.submit(this::closeNow);
    }

    private void closeNow() {
        for (BatchSocket socket : new BatchSocket[] {outside, inside}) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("A socket did not close in order", e);
            }
        }
    }
}
