package dev.convoy.protocol.kcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Does to a {@link Kcp} under reference rules what a conformance trace says, and compares every answer and every state. */
final class TraceReplay {
    private static final HexFormat HEX = HexFormat.of();

    private final String name;
    private final byte[] buffer = new byte[1 << 20];
    private final Deque<String> outputs = new ArrayDeque<>();
    private final SegmentPool pool = new SegmentPool();
    private @Nullable Kcp kcp;
    private ReferenceCongestionControl congestion = new ReferenceCongestionControl(false, 0);
    private @Nullable String state;
    private boolean stateWouldBeWritten;
    private long nowMs;
    private int lineNumber;

    TraceReplay(String name) {
        this.name = name;
    }

    int lines() {
        return lineNumber;
    }

    void line(String line) {
        lineNumber++;
        String[] fields = line.split(" ", -1);
        if (!fields[0].equals("O")) {
            assertThat(outputs).as("%s: sent, but not in the trace", at(line)).isEmpty();
            if (stateWouldBeWritten && !fields[0].equals("X") && state != null) {
                assertThat(stateNow()).as("%s: state before this", at(line)).isEqualTo(state);
            }
            stateWouldBeWritten = "IUF".contains(fields[0]);
        }
        switch (fields[0]) {
            case "#" -> assertThat(line).isEqualTo("# kcp-trace 1");
            case "P" -> create(line);
            case "S" -> send(line, fields);
            case "I" -> input(line, fields);
            case "U" -> {
                nowMs = Long.parseLong(fields[1]);
                kcp().handleTimeout(nowMs);
                drain();
            }
            case "F" -> {
                kcp().flush(nowMs);
                drain();
            }
            case "O" -> assertThat(outputs.poll()).as(at(line)).isEqualTo(fields[1]);
            case "C" -> check(line, fields);
            case "R" -> receive(line, fields);
            case "X" -> {
                assertThat(stateNow()).as(at(line)).isEqualTo(line);
                state = line;
            }
            case "W" -> assertThat(kcp().waitingToSend()).as(at(line)).isEqualTo(Integer.parseInt(fields[1]));
            default -> throw new IllegalArgumentException(at(line) + ": unknown record");
        }
    }

    /** The end of the trace: everything given back. */
    void end() {
        assertThat(outputs).isEmpty();
        kcp().release();
        assertThat(pool.segmentsInUse()).as("%s: segments leaked", name).isZero();
    }

    private void create(String line) {
        Map<String, Long> p = new HashMap<>();
        for (String pair : line.substring(2).split(" ", -1)) {
            p.put(pair.substring(0, pair.indexOf('=')), Long.parseLong(pair.substring(pair.indexOf('=') + 1)));
        }
        KcpSettings settings = KcpSettings.builder()
                .rules(KcpSettings.Rules.REFERENCE)
                .noDelayLevel(value(p, "nodelay"))
                .intervalMs(value(p, "interval"))
                .fastResendAfter(value(p, "resend"))
                .congestion(s -> reference(value(p, "nc") == 0, s))
                .mtuBytes(value(p, "mtu"))
                .sendWindowSegments(value(p, "sndwnd"))
                .receiveWindowSegments(value(p, "rcvwnd"))
                .sendQueueSegmentsMax(Integer.MAX_VALUE)
                .stream(value(p, "stream") != 0)
                .deadAfterTransmissions(value(p, "deadlink"))
                .timeoutMinMs(value(p, "minrto"))
                .fastResendLimit(value(p, "fastlimit"))
                .firstSequence(value(p, "isn"))
                .build();
        kcp = new Kcp(value(p, "conv"), settings, pool);
    }

    private ReferenceCongestionControl reference(boolean limits, KcpSettings settings) {
        ReferenceCongestionControl control = new ReferenceCongestionControl(limits, settings.fastResendAfter());
        congestion = control;
        return control;
    }

    private static int value(Map<String, Long> parameters, String key) {
        return parameters.getOrDefault(key, 0L).intValue();
    }

    private void send(String line, String[] fields) {
        byte[] message = HEX.parseHex(fields[1]);
        SendResult result = kcp().send(message, 0, message.length);
        int answer = result == SendResult.ACCEPTED ? message.length : -2;
        assertThat(answer).as(at(line)).isEqualTo(Integer.parseInt(fields[2]));
        drain();
    }

    private void input(String line, String[] fields) {
        byte[] datagram = HEX.parseHex(fields[1]);
        int answer = switch (kcp().input(datagram, 0, datagram.length, nowMs)) {
            case NONE -> 0;
            case TOO_SHORT, WRONG_CONV -> -1;
            case BAD_LENGTH -> -2;
            case BAD_COMMAND -> -3;
            default -> Integer.MIN_VALUE;
        };
        assertThat(answer).as(at(line)).isEqualTo(Integer.parseInt(fields[2]));
        drain();
    }

    private void check(String line, String[] fields) {
        long at = Long.parseLong(fields[1]);
        assertThat(kcp().nextTimeoutMs(at) & 0xffff_ffffL).as(at(line)).isEqualTo(Long.parseLong(fields[2]));
    }

    private void receive(String line, String[] fields) {
        assertThat(kcp().peekSize()).as(at(line)).isEqualTo(Integer.parseInt(fields[1]));
        int bytes = kcp().receive(buffer, 0);
        assertThat(bytes).as(at(line)).isEqualTo(Integer.parseInt(fields[2]));
        CRC32 crc = new CRC32();
        crc.update(buffer, 0, Math.max(0, bytes));
        assertThat(crc.getValue()).as(at(line)).isEqualTo(Long.parseLong(fields[3], 16));
        drain();
    }

    private void drain() {
        for (int bytes = kcp().pollTransmit(buffer, 0); bytes > 0; bytes = kcp().pollTransmit(buffer, 0)) {
            outputs.add(HEX.formatHex(buffer, 0, bytes));
        }
    }

    private String stateNow() {
        Kcp k = kcp();
        int probe = (k.probe().hasAsk() ? 1 : 0) | (k.probe().hasTell() ? 2 : 0);
        return "X una=" + u32(k.sendWindow().oldest())
                + " nxt=" + u32(k.sendWindow().next())
                + " rcv=" + u32(k.receiveWindow().next())
                + " cwnd=" + u32(congestion.window())
                + " ssthresh=" + u32(congestion.threshold())
                + " incr=" + u32(congestion.windowBytes())
                + " srtt=" + k.roundTrip().smoothedMs()
                + " rttvar=" + k.roundTrip().variationMs()
                + " rto=" + u32(k.roundTrip().timeoutMs())
                + " rmtwnd=" + k.remoteWindow()
                + " probe=" + probe
                + " sndbuf=" + k.sendWindow().inFlight()
                + " sndq=" + k.sendWindow().waiting()
                + " rcvbuf=" + k.receiveWindow().early()
                + " rcvq=" + k.receiveWindow().ready()
                + " xmit=" + k.pass().timeoutsTotal()
                + " dead=" + (k.isDead() ? 1 : 0);
    }

    private static String u32(int value) {
        return Integer.toUnsignedString(value);
    }

    private Kcp kcp() {
        Kcp present = kcp;
        if (present == null) {
            throw new IllegalStateException(name + ": no P line yet");
        }
        return present;
    }

    private String at(String line) {
        return name + ":" + lineNumber + " " + (line.length() > 80 ? line.substring(0, 80) + "…" : line);
    }
}
