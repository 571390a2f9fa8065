package dev.convoy.client;

import dev.convoy.protocol.handshake.TransportKeys;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.seal.PacketOpener;
import dev.convoy.protocol.seal.PacketSealer;
import dev.convoy.protocol.seal.SealDrop;
import dev.convoy.protocol.seal.SealedPacket;

/** What happens to the datagrams of one conv between KCP and the socket. Allocates nothing of its own. Confined to its context. */
sealed interface Packets {
    KcpSettings kcp();

    /** Where in the outgoing array KCP is to write its datagram. */
    int kcpOffset();

    /** Makes a packet, at the front of the array, of the KCP datagram at {@link #kcpOffset}; returns its bytes, 0 = send nothing. */
    int close(byte[] outgoing, int bytes);

    /** Opens a packet; its KCP datagram is then at the front of {@link #opened}. Returns its bytes, -1 when it is not the server's. */
    int open(byte[] packet, int bytes);

    byte[] opened();

    /** True when the conv should be given up soon, for a new one with new keys. */
    boolean isWorn();

    /** As they are. */
    final class Plain implements Packets {
        private byte[] opened = {};

        @Override
        public KcpSettings kcp() {
            return KcpSettings.turbo();
        }

        @Override
        public int kcpOffset() {
            return 0;
        }

        @Override
        public int close(byte[] outgoing, int bytes) {
            return bytes;
        }

        @Override
        public int open(byte[] packet, int bytes) {
            opened = packet;
            return bytes;
        }

        @Override
        public byte[] opened() {
            return opened;
        }

        @Override
        public boolean isWorn() {
            return false;
        }
    }

    /** Sealed. */
    final class Sealed implements Packets {
        private static final KcpSettings SETTINGS =
                KcpSettings.builder().mtuBytes(SealedPacket.PLAIN_BYTES_MAX).build();
        /** Where sealing moves nothing. */
        private static final int KCP_OFFSET = SealedPacket.CIPHERTEXT_OFFSET - 4;

        private final LoopBuffers buffers = LoopBuffers.current();
        private final PacketSealer sealer;
        private final PacketOpener opener;

        Sealed(int conv, TransportKeys keys) {
            sealer = new PacketSealer(keys.send(), conv);
            opener = new PacketOpener(keys.receive(), conv);
        }

        @Override
        public KcpSettings kcp() {
            return SETTINGS;
        }

        @Override
        public int kcpOffset() {
            return KCP_OFFSET;
        }

        @Override
        public int close(byte[] outgoing, int bytes) {
            return Math.max(0, sealer.seal(outgoing, KCP_OFFSET, bytes, outgoing, 0));
        }

        @Override
        public int open(byte[] packet, int bytes) {
            SealDrop drop = opener.open(packet, 0, bytes, buffers.opened, 0);
            return drop == SealDrop.NONE ? opener.plainBytes() : -1;
        }

        @Override
        public byte[] opened() {
            return buffers.opened;
        }

        @Override
        public boolean isWorn() {
            return sealer.isWorn();
        }
    }
}
