package dev.convoy.node;

import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.wire.DatagramKind;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.PathHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A program that knows twelve bytes of the protocol, and KCP. */
final class BarePlayer {
    private static final long PATIENCE_MS = 10_000;
    private static final int CLIENT_ADDRESS = 0x0200000A;

    final int clientPort;
    final List<BareHandshake> answers = new ArrayList<>();
    final List<String> heard = new ArrayList<>();
    private final Way way;
    private final LongSupplier clock;
    private final byte[] out = new byte[2048];
    private @Nullable Kcp kcp;

    BarePlayer(Way way, int clientPort, LongSupplier clock) {
        this.way = way;
        this.clientPort = clientPort;
        this.clock = clock;
    }

    /** Sends a request until it is answered. */
    BareHandshake ask(BareHandshake request) {
        int before = answers.size();
        long repeatMs = 0;
        long giveUpMs = realMs() + PATIENCE_MS;
        while (answers.size() == before) {
            if (realMs() > giveUpMs) throw new AssertionError("no answer to " + request);
            if (realMs() >= repeatMs) {
                send(request.encode());
                repeatMs = realMs() + 500;
            }
            pump();
        }
        return answers.get(answers.size() - 1);
    }

    /** Gets a conv and begins to speak it. */
    int join(BareHandshake request) {
        BareHandshake answer = ask(request);
        if (answer.second() == 0) throw new AssertionError("refused: " + answer);
        begin(answer.second());
        return answer.second();
    }

    void begin(int conv) {
        kcp = new Kcp(conv, KcpSettings.turbo(), new SegmentPool());
    }

    void say(String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        if (kcp == null) throw new AssertionError("no conv");
        kcp.send(message, 0, message.length);
        pump();
    }

    void awaitHeard(String text) {
        await("hear " + text, () -> heard.contains(text));
    }

    void await(String what, BooleanSupplier isSo) {
        long giveUpMs = realMs() + PATIENCE_MS;
        while (!isSo.getAsBoolean()) {
            if (realMs() > giveUpMs) throw new AssertionError("in vain waited to " + what + ", heard " + heard);
            pump();
        }
    }

    void pump() {
        long nowMs = clock.getAsLong();
        for (byte[] datagram = way.receive(); datagram != null; datagram = way.receive()) {
            if (LittleEndian.u16(datagram, PathHeader.PORT_OFFSET) != clientPort) continue;
            int header = PathHeader.bytes(datagram[0]);
            take(Arrays.copyOfRange(datagram, header, datagram.length), nowMs);
        }
        if (kcp == null) return;
        if (nowMs >= kcp.nextTimeoutMs(nowMs)) kcp.handleTimeout(nowMs);
        kcp.flush(nowMs);
        for (int n = kcp.pollTransmit(out, 0); n > 0; n = kcp.pollTransmit(out, 0)) send(Arrays.copyOf(out, n));
    }

    /** Sends bytes as they are, behind a path header. */
    void send(byte[] datagram) {
        byte[] all = new byte[PathHeader.IPV4_BYTES + datagram.length];
        all[PathHeader.KIND_OFFSET] = PathHeader.KIND_IPV4;
        LittleEndian.putU16(all, PathHeader.PORT_OFFSET, clientPort);
        LittleEndian.putU32(all, PathHeader.ADDRESS_OFFSET, CLIENT_ADDRESS);
        System.arraycopy(datagram, 0, all, PathHeader.IPV4_BYTES, datagram.length);
        way.send(all);
    }

    private void take(byte[] datagram, long nowMs) {
        if (DatagramKind.of(LittleEndian.u32(datagram, 0)) == DatagramKind.CONTROL) {
            BareHandshake answer = BareHandshake.parse(datagram, 0, datagram.length);
            if (answer != null) answers.add(answer);
        } else if (kcp != null) {
            kcp.input(datagram, 0, datagram.length, nowMs);
            byte[] message = new byte[70_000];
            for (int n = kcp.receive(message, 0); n >= 0; n = kcp.receive(message, 0))
                heard.add(new String(message, 0, n, StandardCharsets.UTF_8));
        }
    }

    private static long realMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
