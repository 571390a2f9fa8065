package dev.convoy.bench;

import dev.convoy.protocol.kcp.Congestion;
import dev.convoy.protocol.kcp.CongestionControl;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.sim.LinkModel;
import dev.convoy.protocol.sim.SimLink;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A large transfer through a bottleneck in virtual time, under each kind of congestion control: goodput, waste and standing queue. */
public final class CongestionBench {
    private static final int DURATION_MS = 30_000;
    private static final int WARM_UP_MS = 5_000;
    private static final int DELAY_MS = 20;
    private static final int BYTES_PER_MS = 1_250; // 10 Mbit/s
    private static final int QUEUE_BYTES_MAX = 100_000; // 80 ms of it, twice what is underway in a round trip
    private static final double[] LOSSES = {0, 0.01, 0.05, 0.1};
    private static final int MESSAGE_BYTES = 1_000;

    private CongestionBench() {}

    public static void main(String[] arguments) {
        Map<String, CongestionControl.Factory> kinds = new TreeMap<>(
                Map.of("none", Congestion.NONE, "reference", Congestion.REFERENCE, "paced", Congestion.PACED));
        System.out.printf(
                Locale.ROOT,
                "%-10s %8s %18s %18s %18s%n",
                "control",
                "loss",
                "goodput % of link",
                "sent / delivered",
                "median delay ms");
        for (double loss : LOSSES) {
            kinds.forEach((name, kind) -> run(name, kind, loss));
        }
    }

    private static void run(String name, CongestionControl.Factory kind, double loss) {
        KcpSettings settings = KcpSettings.bulk().toBuilder().congestion(kind).build();
        SegmentPool pool = new SegmentPool();
        Kcp from = new Kcp(OurCore.CONV, settings, pool);
        Kcp to = new Kcp(OurCore.CONV, settings, pool);
        LinkModel path = LinkModel.clean(DELAY_MS).withLoss(loss).inOrder();
        SimLink forth = new SimLink(path.withBandwidth(BYTES_PER_MS, QUEUE_BYTES_MAX), 1);
        SimLink back = new SimLink(path, 2);
        byte[] buffer = new byte[2_048];
        long delivered = 0;
        long sentBefore = 0;
        int[] delaysMs = new int[DURATION_MS * 2];
        int samples = 0;
        for (long nowMs = 1; nowMs < DURATION_MS; nowMs++) {
            while (from.waitingToSend() < 2_048) {
                from.send(buffer, 0, MESSAGE_BYTES);
            }
            deliver(forth, to, nowMs);
            boolean acknowledged = deliver(back, from, nowMs);
            while (to.receive(buffer, 0) >= 0) {
                delivered += nowMs >= WARM_UP_MS ? MESSAGE_BYTES : 0;
            }
            sentBefore = nowMs < WARM_UP_MS ? forth.sentBytes() : sentBefore;
            turn(from, forth, nowMs, acknowledged, buffer);
            turn(to, back, nowMs, true, buffer);
            if (nowMs >= WARM_UP_MS) {
                delaysMs[samples++] = forth.queueMs(nowMs);
            }
        }
        Arrays.sort(delaysMs, 0, samples);
        double capacity = (double) BYTES_PER_MS * (DURATION_MS - WARM_UP_MS);
        System.out.printf(
                Locale.ROOT,
                "%-10s %7.0f%% %17.1f%% %18.2f %18d%n",
                name,
                loss * 100,
                100 * delivered / capacity,
                (double) (forth.sentBytes() - sentBefore) / delivered,
                delaysMs[samples / 2]);
    }

    private static boolean deliver(SimLink link, Kcp to, long nowMs) {
        boolean any = false;
        for (byte[] datagram = link.poll(nowMs); datagram != null; datagram = link.poll(nowMs)) {
            to.input(datagram, 0, datagram.length, nowMs);
            any = true;
        }
        return any;
    }

    private static void turn(Kcp kcp, SimLink out, long nowMs, boolean active, byte[] buffer) {
        kcp.handleTimeout(nowMs);
        drain(kcp, out, nowMs, buffer);
        if (active) {
            kcp.flush(nowMs);
            drain(kcp, out, nowMs, buffer);
        }
    }

    private static void drain(Kcp kcp, SimLink out, long nowMs, byte[] buffer) {
        for (int bytes = kcp.pollTransmit(buffer, 0); bytes > 0; bytes = kcp.pollTransmit(buffer, 0)) {
            out.send(buffer, 0, bytes, nowMs);
        }
    }
}
