package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.kcp.SendResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two links that face each other, a network carried by hand, and a clock that stands. */
abstract class LinkPair {
    static final int CONV = 0x0100_0001;
    static final long START_MS = 1_000;

    final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    final byte[] datagram = new byte[1500];
    final SegmentPool pool = new SegmentPool();
    final Outbox clientOutbox = new Outbox(0, 1_000, 1 << 22);
    final Outbox serverOutbox = new Outbox(0, 1_000, 1 << 22);
    final Inbox clientInbox = new Inbox(0);
    final Inbox serverInbox = new Inbox(0);
    final SessionLink client = link(clientOutbox, clientInbox, LinkTimes.CLIENT, START_MS);
    final SessionLink server = link(serverOutbox, serverInbox, LinkTimes.NODE, START_MS);

    SessionLink link(Outbox outbox, Inbox inbox, LinkTimes times, long nowMs) {
        return new SessionLink(new Kcp(CONV, KcpSettings.turbo(), pool), outbox, inbox, times, scratch, nowMs);
    }

    /** Some words in both directions, all acknowledged. */
    void exchange() {
        say(clientOutbox, "hello");
        say(serverOutbox, "welcome");
        for (long nowMs = START_MS; nowMs < START_MS + 300; nowMs += 10) {
            client.handleTimeout(nowMs);
            carry(client, server, nowMs);
            server.handleTimeout(nowMs);
            if (server.poll() == LinkEvent.MESSAGE) serverInbox.makeDurable(1);
            carry(server, client, nowMs);
            if (client.poll() == LinkEvent.MESSAGE) clientInbox.makeDurable(1);
        }
        assertThat(clientOutbox.size() + serverOutbox.size()).isZero();
    }

    LinkEvent afterFrame(int length) {
        return afterFrame(scratch.clone(), length);
    }

    /** What the server makes of a frame that a lying peer sends. */
    LinkEvent afterFrame(byte[] frame, int length) {
        Kcp liar = new Kcp(CONV, KcpSettings.turbo(), pool);
        assertThat(liar.send(frame, 0, length)).isEqualTo(SendResult.ACCEPTED);
        liar.flush(START_MS);
        for (int n = liar.pollTransmit(datagram, 0); n > 0; n = liar.pollTransmit(datagram, 0)) {
            assertThat(server.input(datagram, 0, n, START_MS)).isEqualTo(DropReason.NONE);
        }
        return server.poll();
    }

    /** Calls a link whenever it wants to be called, for a second, never twice at the same time; returns the next. */
    long assertTimersAreAhead(SessionLink link, long fromMs) {
        int calls = 0;
        long nowMs = fromMs;
        for (; nowMs < fromMs + 1_000; calls++) {
            link.handleTimeout(nowMs);
            lose(link, nowMs);
            long dueMs = link.nextTimeoutMs(nowMs);
            assertThat(dueMs).isGreaterThan(nowMs);
            nowMs = dueMs;
        }
        assertThat(calls).isLessThan(110);
        return nowMs;
    }

    /** Queues messages of that size until there is no room, so that nobody else finds any. */
    static void fill(Kcp kcp, int bytes) {
        SendResult result = SendResult.ACCEPTED;
        while (result == SendResult.ACCEPTED) result = kcp.send(new byte[bytes], 0, bytes);
    }

    static void takeAll(SessionLink link) {
        LinkEvent event = link.poll();
        while (event != LinkEvent.NONE) event = link.poll();
    }

    static void say(Outbox outbox, String message) {
        outbox.release(outbox.append(bytes(message)));
    }

    void carry(SessionLink from, SessionLink to, long nowMs) {
        for (byte[] sent : transmit(from, nowMs)) {
            assertThat(to.input(sent, 0, sent.length, nowMs)).isEqualTo(DropReason.NONE);
        }
    }

    /** Carries what leaves of itself, without another flush. */
    void carryConfirmation(SessionLink from, SessionLink to, long nowMs) {
        for (int bytes = from.pollTransmit(datagram, 0); bytes > 0; bytes = from.pollTransmit(datagram, 0)) {
            assertThat(to.input(datagram, 0, bytes, nowMs)).isEqualTo(DropReason.NONE);
        }
    }

    void lose(SessionLink from, long nowMs) {
        transmit(from, nowMs);
    }

    List<byte[]> transmit(SessionLink from, long nowMs) {
        List<byte[]> sent = new ArrayList<>();
        from.flush(nowMs);
        for (int bytes = from.pollTransmit(datagram, 0); bytes > 0; bytes = from.pollTransmit(datagram, 0)) {
            sent.add(Arrays.copyOf(datagram, bytes));
        }
        return sent;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
