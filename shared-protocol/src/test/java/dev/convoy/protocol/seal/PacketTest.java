package dev.convoy.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.wire.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class PacketTest {
    private static final int CONV = 0x2A000017;
    private static final byte[] KEY = bytes(32, 1);

    private final PacketSealer sealer = new PacketSealer(KEY, CONV);
    private final PacketOpener opener = new PacketOpener(KEY, CONV);
    private final byte[] opened = new byte[1400];

    @Test
    void aDatagramComesOutAsItWentIn() {
        for (int length = 4; length <= SealedPacket.PLAIN_BYTES_MAX; length++) {
            byte[] datagram = datagram(length);
            byte[] packet = seal(datagram);
            assertThat(packet).hasSize(length + SealedPacket.OVERHEAD_BYTES);
            assertThat(open(packet)).isEqualTo(SealDrop.NONE);
            assertThat(plain()).isEqualTo(datagram);
        }
        assertThat(SealedPacket.OVERHEAD_BYTES).isLessThanOrEqualTo(24);
    }

    /** Written down again, from the document, with nothing of the code under test. */
    @Test
    void thePacketIsTheOneOfTheDocument() throws Exception {
        byte[] datagram = datagram(60);
        seal(datagram);
        byte[] packet = seal(datagram);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, nonce));
        byte[] clear = {0x17, 0, 0, 0x2A, 1, 0, 0, 0};
        cipher.updateAAD(clear);
        byte[] sealed = cipher.doFinal(datagram, 4, 56);
        assertThat(Arrays.copyOf(packet, 8)).isEqualTo(clear);
        assertThat(Arrays.copyOfRange(packet, 8, packet.length)).isEqualTo(sealed);
    }

    @Test
    void bothWorkInPlaceAndAtAnyOffset() {
        for (int from = 0; from < 40; from++)
            for (int to = 0; to < 40; to += 3) {
                byte[] datagram = datagram(77);
                byte[] shared = new byte[200];
                System.arraycopy(datagram, 0, shared, from, 77);
                int length = sealer.seal(shared, from, 77, shared, to);
                assertThat(opener.open(shared, to, length, shared, from)).isEqualTo(SealDrop.NONE);
                assertThat(Arrays.copyOfRange(shared, from, from + opener.plainBytes()))
                        .isEqualTo(datagram);
            }
    }

    @Test
    void aBitFlippedAnywhereIsNoticed() {
        byte[] packet = seal(datagram(120));
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] altered = packet.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            SealDrop expected = bit < 32
                    ? SealDrop.WRONG_CONV
                    : bit >= 32 + 28 && bit < 64 ? SealDrop.COUNTER_TOO_HIGH : SealDrop.NOT_AUTHENTIC;
            assertThat(open(altered)).isEqualTo(expected);
        }
        assertThat(open(packet)).isEqualTo(SealDrop.NONE);
    }

    @Test
    void aPacketCutOrStretchedIsNoticedAtEveryLength() {
        byte[] packet = seal(datagram(120));
        for (int length = 0; length < 1_300; length++) {
            if (length == packet.length) continue;
            SealDrop expected =
                    length < 24 ? SealDrop.TOO_SHORT : length > 1_200 ? SealDrop.TOO_LONG : SealDrop.NOT_AUTHENTIC;
            assertThat(open(Arrays.copyOf(packet, length))).isEqualTo(expected);
        }
        assertThat(open(packet)).isEqualTo(SealDrop.NONE);
    }

    @Test
    void aPacketIsTakenOnceInAnyOrder() {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) packets.add(seal(datagram(40)));
        Collections.shuffle(packets, new Random(5));
        for (byte[] packet : packets) assertThat(open(packet)).isEqualTo(SealDrop.NONE);
        for (byte[] packet : packets) assertThat(open(packet)).isEqualTo(SealDrop.REPLAYED);
        byte[] newest = new byte[0];
        for (int i = 0; i < 2_000; i++) newest = seal(datagram(40));
        assertThat(open(newest)).isEqualTo(SealDrop.NONE);
        for (byte[] packet : packets) assertThat(open(packet)).isIn(SealDrop.TOO_OLD, SealDrop.REPLAYED);
        assertThat(open(packets.get(0))).isEqualTo(SealDrop.TOO_OLD);
    }

    @Test
    void aForgedCounterDoesNotMoveTheWindow() {
        byte[] packet = seal(datagram(40));
        byte[] forged = packet.clone();
        LittleEndian.putU32(forged, 4, 1_000_000);
        assertThat(open(forged)).isEqualTo(SealDrop.NOT_AUTHENTIC);
        assertThat(open(packet)).isEqualTo(SealDrop.NONE);
    }

    @Test
    void onlyTheNewestPacketIsTheNewest() {
        byte[] first = seal(datagram(40));
        byte[] second = seal(datagram(40));
        open(second);
        assertThat(opener.isNewest()).isTrue();
        assertThat(opener.counter()).isEqualTo(1);
        open(first);
        assertThat(opener.isNewest()).isFalse();
        assertThat(opener.counter()).isEqualTo(0);
    }

    @Test
    void aPacketOfAnotherConvSessionOrDirectionIsNotTaken() {
        byte[] packet = seal(datagram(40));
        assertThat(new PacketOpener(KEY, CONV + 1).open(packet, 0, packet.length, opened, 0))
                .isEqualTo(SealDrop.WRONG_CONV);
        byte[] relabelled = packet.clone();
        LittleEndian.putU32(relabelled, 0, CONV + 1);
        assertThat(new PacketOpener(KEY, CONV + 1).open(relabelled, 0, packet.length, opened, 0))
                .isEqualTo(SealDrop.NOT_AUTHENTIC);
        assertThat(new PacketOpener(bytes(32, 2), CONV).open(packet, 0, packet.length, opened, 0))
                .isEqualTo(SealDrop.NOT_AUTHENTIC);
    }

    @Test
    void aPlainDatagramIsNotTakenForASealedOne() {
        for (int length = 24; length < 200; length++) {
            byte[] plain = datagram(length);
            Arrays.fill(plain, 4, 8, (byte) 0);
            assertThat(open(plain)).isEqualTo(SealDrop.NOT_AUTHENTIC);
        }
    }

    @Test
    void aKeyEndsWithItsCounters() {
        PacketSealer last = new PacketSealer(KEY, CONV, SealedPacket.PACKETS_MAX - 1);
        assertThat(last.isWorn()).isTrue();
        byte[] packet = new byte[100];
        assertThat(last.seal(datagram(40), 0, 40, packet, 0)).isEqualTo(60);
        assertThat(opener.open(packet, 0, 60, opened, 0)).isEqualTo(SealDrop.NONE);
        assertThat(last.seal(datagram(40), 0, 40, packet, 0)).isEqualTo(PacketSealer.EXHAUSTED);
        assertThat(last.seal(datagram(40), 0, 40, packet, 0)).isEqualTo(PacketSealer.EXHAUSTED);
        assertThat(last.sealed()).isEqualTo(SealedPacket.PACKETS_MAX);
        assertThat(sealer.isWorn()).isFalse();
        assertThat(new PacketSealer(KEY, CONV, SealedPacket.PACKETS_MAX / 16 * 15).isWorn())
                .isTrue();
    }

    @Test
    void whatIsOurFaultIsAnException() {
        assertThatThrownBy(() -> sealer.seal(datagram(40), 0, 3, opened, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sealer.seal(new byte[1181], 0, 1181, opened, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sealer.seal(new byte[40], 0, 40, opened, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sealer.seal(datagram(40), 0, 40, new byte[59], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new PacketOpener(new byte[16], CONV)).isInstanceOf(IllegalArgumentException.class);
        assertThat(sealer.sealed()).isZero();
    }

    /**
     * A million packets of an attacker who has recorded everything: cut, stretched, flipped, spliced, relabelled, repeated,
     * made up. Exactly the sealed ones are taken, each once, as they were.
     */
    @Test
    void amongAMillionForgeriesOnlyTheTruePacketsAreTaken() {
        Random random = new Random(6);
        int trues = 0;
        int taken = 0;
        List<byte[]> recorded = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            if (i % 1_000 == 0) {
                byte[] datagram = datagram(24 + random.nextInt(80));
                byte[] packet = seal(datagram);
                recorded.add(packet);
                if (random.nextBoolean()) continue; // recorded, not delivered: it may come from the attacker
                assertThat(open(packet)).isEqualTo(SealDrop.NONE);
                assertThat(plain()).isEqualTo(datagram);
                trues++;
                taken++;
                continue;
            }
            byte[] forged = forge(recorded, random);
            SealDrop drop = open(forged);
            if (drop != SealDrop.NONE) continue;
            assertThat(recorded).anyMatch(packet -> Arrays.equals(packet, forged));
            taken++;
        }
        assertThat(taken).isGreaterThan(trues).isLessThanOrEqualTo(recorded.size());
    }

    private static byte[] forge(List<byte[]> recorded, Random random) {
        byte[] packet = recorded.get(recorded.size() - 1 - random.nextInt(Math.min(recorded.size(), 50)))
                .clone();
        switch (random.nextInt(16)) {
            case 0 -> packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> LittleEndian.putU32(packet, 4, LittleEndian.u32(packet, 4) + 1 + random.nextInt(100));
            case 2 -> {
                byte[] other = recorded.get(random.nextInt(recorded.size()));
                int at = random.nextInt(Math.min(packet.length, other.length));
                if (at > 8) System.arraycopy(other, at, packet, at, Math.min(packet.length, other.length) - at);
                else packet[8] ^= 1;
            }
            case 3 -> packet = Arrays.copyOf(packet, random.nextInt(packet.length));
            case 4 -> packet = Arrays.copyOf(packet, packet.length + 1 + random.nextInt(20));
            case 5, 6, 7 -> LittleEndian.putU32(packet, 0, random.nextInt());
            case 8, 9 -> LittleEndian.putU32(packet, 4, random.nextInt());
            case 10, 11 -> {
                packet = new byte[random.nextInt(64)];
                random.nextBytes(packet);
            }
            default -> {}
        }
        return packet;
    }

    private byte[] seal(byte[] datagram) {
        byte[] packet = new byte[datagram.length + SealedPacket.OVERHEAD_BYTES];
        assertThat(sealer.seal(datagram, 0, datagram.length, packet, 0)).isEqualTo(packet.length);
        return packet;
    }

    private SealDrop open(byte[] packet) {
        return opener.open(packet, 0, packet.length, opened, 0);
    }

    private byte[] plain() {
        return Arrays.copyOf(opened, opener.plainBytes());
    }

    private static byte[] datagram(int length) {
        byte[] datagram = bytes(length, length);
        LittleEndian.putU32(datagram, 0, CONV);
        return datagram;
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
