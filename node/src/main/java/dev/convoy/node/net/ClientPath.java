package dev.convoy.node.net;

import dev.convoy.protocol.wire.PathHeader;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The way back to a client: the router that its last datagram came through, and the path header to put in
 * front of the answer. Compared without allocating, because every datagram is. Equal when the client is the same.
 */
public final class ClientPath {
    private final InetSocketAddress router;
    private final byte[] header;

    private ClientPath(InetSocketAddress router, byte[] header) {
        this.router = router;
        this.header = header;
    }

    /** The path of a datagram that begins with a whole path header. */
    public static ClientPath of(InetSocketAddress router, byte[] datagram) {
        byte[] header = Arrays.copyOf(datagram, PathHeader.bytes(datagram[0]));
        header[PathHeader.KIND_OFFSET] &= (byte) ~PathHeader.HOP_BIT;
        return new ClientPath(router, header);
    }

    InetSocketAddress router() {
        return router;
    }

    /** Copies the path header to the front of {@code into} and returns its length. */
    public int writeHeader(byte[] into) {
        System.arraycopy(header, 0, into, 0, header.length);
        return header.length;
    }

    /** Whether a datagram comes from the same client, through whatever router. */
    public boolean isClientOf(byte[] datagram) {
        return (datagram[0] & ~PathHeader.HOP_BIT) == header[0]
                && Arrays.equals(header, 1, header.length, datagram, 1, header.length);
    }

    public boolean isRouter(InetSocketAddress sender) {
        return router.equals(sender);
    }

    /** The same client behind another router. */
    public ClientPath through(InetSocketAddress otherRouter) {
        return new ClientPath(otherRouter, header);
    }

    /** The client as its address stands in the path header, without the hop bit: 8 or 20 bytes. */
    public byte[] client() {
        return header.clone();
    }

    /** The same client, through whatever router. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ClientPath that && Arrays.equals(header, that.header);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(header);
    }

    /** The client's {@code address:port}, for people. */
    public String clientAddress() {
        int port = Byte.toUnsignedInt(header[PathHeader.PORT_OFFSET])
                | Byte.toUnsignedInt(header[PathHeader.PORT_OFFSET + 1]) << Byte.SIZE;
        byte[] address = Arrays.copyOfRange(header, PathHeader.ADDRESS_OFFSET, header.length);
        try {
            return NetUtil.toSocketAddressString(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    @Override
    public String toString() {
        return clientAddress() + " via " + router;
    }
}
