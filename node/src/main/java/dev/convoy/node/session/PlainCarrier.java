package dev.convoy.node.session;

import dev.convoy.node.net.ClientPath;
import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.session.Link;
import dev.convoy.protocol.wire.PathHeader;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Carries KCP datagrams as they are. The conv is bound to the address that its client used it from first. */
final class PlainCarrier implements Carrier {
    private final Dock dock;
    private ClientPath path;
    private boolean isUsed;

    PlainCarrier(Dock dock, ClientPath path) {
        this.dock = dock;
        this.path = path;
    }

    @Override
    public int mtuBytes() {
        return KcpSettings.turbo().mtuBytes();
    }

    @Override
    public void granted(ClientPath newPath, @Nullable TransportKeys keys) {
        if (!isUsed) path = newPath;
    }

    @Override
    public ClientPath path() {
        return path;
    }

    @Override
    public boolean receive(InetSocketAddress router, byte[] bytes, int length, long nowMs) {
        if (!path.isClientOf(bytes)) {
            dock.drops.count(DropCounter.WRONG_ADDRESS);
            return false;
        }
        isUsed = true;
        if (!path.isRouter(router)) path = path.through(router);
        int header = PathHeader.bytes(bytes[0]);
        dock.receive(bytes, header, length - header);
        return true;
    }

    @Override
    public boolean isSealed() {
        return false;
    }

    @Override
    public void follow(Link link, long nowMs) {}

    @Override
    public void onPong(long nonce) {}

    @Override
    public void transmit(Link link) {
        byte[] out = dock.out;
        int header = path.writeHeader(out);
        for (int bytes = link.pollTransmit(out, header); bytes > 0; bytes = link.pollTransmit(out, header)) {
            dock.wire.send(path, out, header + bytes);
        }
    }

    @Override
    public long nextTimeoutMs() {
        return DeadlineHeap.NEVER;
    }

    @Override
    public void handleTimeout(long nowMs) {}

    @Override
    public boolean isWorn() {
        return false;
    }
}
