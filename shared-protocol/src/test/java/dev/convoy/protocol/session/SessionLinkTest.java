package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.kcp.SendResult;
import dev.convoy.protocol.wire.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the driver of a link may rely on: what arrives, what is answered when, and what a peer cannot do. */
class SessionLinkTest {
    private static final int CONV = 0x0100_0001;
    private static final long START_MS = 1_000;

    private final byte[] scratch = new byte[SessionLink.SCRATCH_BYTES];
    private final byte[] datagram = new byte[1500];
    private final SegmentPool pool = new SegmentPool();
    private final Outbox clientOutbox = new Outbox(0, 1_000, 1 << 22);
    private final Outbox serverOutbox = new Outbox(0, 1_000, 1 << 22);
    private final Inbox clientInbox = new Inbox(0);
    private final Inbox serverInbox = new Inbox(0);
    private final SessionLink client = link(clientOutbox, clientInbox, LinkTimes.CLIENT, START_MS);
    private final SessionLink server = link(serverOutbox, serverInbox, LinkTimes.NODE, START_MS);

    @Test
    void aMessageIsDeliveredOnce() {
        say(clientOutbox, "hello");
        carry(client, server, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        assertThat(server.frame().seq()).isEqualTo(1);
        assertThat(text(server.frame().payload())).isEqualTo("hello");
        assertThat(server.poll()).isEqualTo(LinkEvent.NONE);
    }

    @Test
    void aRepeatedMessageIsDeliveredOnceAndAcknowledgedAgain() {
        say(clientOutbox, "hello");
        carry(client, server, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        serverInbox.makeDurable(1);
        // The acknowledgement is lost with the conv; the new links begin with what the old ones knew.
        SessionLink secondClient = link(clientOutbox, clientInbox, LinkTimes.CLIENT, START_MS);
        SessionLink secondServer = link(serverOutbox, serverInbox, LinkTimes.NODE, START_MS);
        carry(secondClient, secondServer, START_MS + 100);
        assertThat(secondServer.poll()).isEqualTo(LinkEvent.NONE);
        carry(secondServer, secondClient, START_MS + 101);
        carry(secondServer, secondClient, secondServer.nextTimeoutMs(START_MS + 101));
        assertThat(secondClient.poll()).isEqualTo(LinkEvent.NONE);
        assertThat(clientOutbox.acknowledged()).isEqualTo(1);
        assertThat(clientOutbox.size()).isZero();
    }

    @Test
    void onlyWhatIsDurableIsAcknowledged() {
        say(clientOutbox, "one");
        say(clientOutbox, "two");
        carry(client, server, START_MS);
        takeAll(server);
        say(serverOutbox, "an answer");
        carry(server, client, START_MS + 1);
        takeAll(client);
        assertThat(clientOutbox.acknowledged()).isZero();
        serverInbox.makeDurable(1);
        say(serverOutbox, "another");
        carry(server, client, START_MS + 2);
        takeAll(client);
        assertThat(clientOutbox.acknowledged()).isEqualTo(1);
    }

    @Test
    void whatIsNotReleasedDoesNotLeave() {
        serverOutbox.append(bytes("secret"));
        carry(server, client, START_MS);
        assertThat(client.poll()).isEqualTo(LinkEvent.NONE);
        serverOutbox.release(1);
        carry(server, client, START_MS + 1);
        assertThat(client.poll()).isEqualTo(LinkEvent.MESSAGE);
    }

    @Test
    void anAcknowledgementWaitsForAMessageToRideOnButNotForLong() {
        say(clientOutbox, "hello");
        carry(client, server, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        serverInbox.makeDurable(1);
        carry(server, client, START_MS);
        client.poll();
        assertThat(clientOutbox.acknowledged()).isZero();
        long dueMs = server.nextTimeoutMs(START_MS);
        assertThat(dueMs).isEqualTo(START_MS + LinkTimes.NODE.ackDelayMs());
        server.handleTimeout(dueMs);
        carry(server, client, dueMs);
        client.poll();
        assertThat(clientOutbox.acknowledged()).isEqualTo(1);
    }

    @Test
    void manyMessagesAreAcknowledgedAtOnce() {
        for (int i = 0; i < 32; i++) say(clientOutbox, "message " + i);
        carry(client, server, START_MS);
        takeAll(server);
        serverInbox.makeDurable(32);
        carry(server, client, START_MS);
        client.poll();
        assertThat(clientOutbox.acknowledged()).isEqualTo(32);
    }

    @Test
    void anIdleLinkOfANodeWantsNoTimerButThatOfSilence() {
        exchange();
        long nowMs = START_MS + 10_000;
        assertThat(server.nextTimeoutMs(nowMs)).isEqualTo(server.heardAtMs() + LinkTimes.NODE.idleMs());
        SessionLink unbounded = link(
                new Outbox(0, 1, 1), new Inbox(0), new LinkTimes(LinkTimes.NEVER, 5_000, LinkTimes.NEVER, 50), nowMs);
        assertThat(unbounded.nextTimeoutMs(nowMs)).isGreaterThanOrEqualTo(LinkTimes.NEVER);
        assertThat(unbounded.isSilent(Long.MAX_VALUE / 8)).isFalse();
    }

    @Test
    void anIdleClientAsksWhetherTheServerIsThere() {
        exchange();
        long dueMs = client.nextTimeoutMs(client.heardAtMs() + 1);
        assertThat(dueMs).isEqualTo(client.heardAtMs() + LinkTimes.CLIENT.pingAfterMs());
        client.handleTimeout(dueMs);
        carry(client, server, dueMs);
        assertThat(server.poll()).isEqualTo(LinkEvent.NONE);
        carry(server, client, dueMs + 20);
        assertThat(client.poll()).isEqualTo(LinkEvent.NONE);
        assertThat(client.isSilent(dueMs + 5_000)).isFalse();
        assertThat(client.heardAtMs()).isEqualTo(dueMs + 20);
    }

    @Test
    void aServerThatDoesNotAnswerIsSilentAfterASecond() {
        exchange();
        long nowMs = client.heardAtMs() + 500;
        say(clientOutbox, "are you there?");
        lose(client, nowMs);
        assertThat(client.isSilent(nowMs + 999)).isFalse();
        assertThat(client.isSilent(nowMs + 1_000)).isTrue();
        assertThat(client.nextTimeoutMs(nowMs)).isBetween(nowMs + 1, nowMs + 1_000);
    }

    @Test
    void aServerThatDoesNotAnswerAPingIsSilentASecondLater() {
        exchange();
        long dueMs = client.nextTimeoutMs(client.heardAtMs() + 1);
        client.handleTimeout(dueMs);
        lose(client, dueMs);
        assertThat(client.isSilent(dueMs + 1_000)).isTrue();
    }

    @Test
    void aPlayerOfWhomNothingIsHeardIsSilentAfterHalfAMinute() {
        exchange();
        assertThat(server.isSilent(server.heardAtMs() + 29_999)).isFalse();
        assertThat(server.isSilent(server.heardAtMs() + 30_000)).isTrue();
    }

    @Test
    void theLargestMessageArrivesAndALargerOneIsRefused() {
        byte[] largest = new byte[SessionLink.MESSAGE_BYTES_MAX];
        largest[largest.length - 1] = 7;
        clientOutbox.release(clientOutbox.append(largest));
        carry(client, server, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        assertThat(server.frame().payload()).isEqualTo(largest);
        assertThat(client.sendVolatile(largest, START_MS + 1)).isTrue();
        carry(client, server, START_MS + 1);
        assertThat(server.poll()).isEqualTo(LinkEvent.VOLATILE);
        assertThat(server.frame().payload()).isEqualTo(largest);
        byte[] larger = new byte[SessionLink.MESSAGE_BYTES_MAX + 1];
        assertThatThrownBy(() -> clientOutbox.append(larger)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.sendVolatile(larger, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyMessageIsAMessage() {
        say(clientOutbox, "");
        carry(client, server, START_MS);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
        assertThat(server.frame().payload()).isEmpty();
    }

    @Test
    void aFullOutboxLeavesInPortionsWithoutBeingCalledTwice() {
        for (int i = 0; i < 1_000; i++) say(clientOutbox, "x".repeat(2_000));
        int delivered = 0;
        long nowMs = START_MS;
        for (; nowMs < START_MS + 20_000 && clientOutbox.size() > 0; nowMs += 10) {
            client.handleTimeout(nowMs);
            carry(client, server, nowMs);
            while (server.poll() == LinkEvent.MESSAGE) delivered++;
            serverInbox.makeDurable(delivered);
            carry(server, client, nowMs);
            assertThat(client.poll()).isEqualTo(LinkEvent.NONE);
        }
        assertThat(delivered).isEqualTo(1_000);
        assertThat(clientOutbox.size()).isZero();
    }

    @Test
    void aLinkWithoutMemoryTriesAgainAndDoesNotSpin() {
        SegmentPool small = new SegmentPool(64 << 10);
        Kcp neighbour = new Kcp(CONV + 1, KcpSettings.turbo(), small);
        SessionLink poor = new SessionLink(
                new Kcp(CONV, KcpSettings.turbo(), small), clientOutbox, clientInbox, LinkTimes.NODE, scratch, 0);
        fill(neighbour, 1);
        fill(neighbour, 1_000);
        say(clientOutbox, "hello");
        long dueMs = assertTimersAreAhead(poor, START_MS);
        assertThat(dueMs).as("the next trial").isLessThan(START_MS + 1_100);
        neighbour.release();
        carry(poor, server, dueMs);
        assertThat(server.poll()).isEqualTo(LinkEvent.MESSAGE);
    }

    @Test
    void anAcknowledgementWithoutMemoryTriesAgainAndDoesNotSpin() {
        SegmentPool small = new SegmentPool(64 << 10);
        Kcp neighbour = new Kcp(CONV + 1, KcpSettings.turbo(), small);
        Inbox inbox = new Inbox(0);
        SessionLink poor = new SessionLink(
                new Kcp(CONV, KcpSettings.turbo(), small), clientOutbox, inbox, LinkTimes.NODE, scratch, START_MS);
        inbox.accept(1);
        inbox.makeDurable(1);
        fill(neighbour, 1);
        fill(neighbour, 1_000);
        assertThat(assertTimersAreAhead(poor, START_MS)).as("the next trial").isLessThan(START_MS + 1_100);
    }

    @Test
    void aFullQueueOfTheConvDelaysAnAcknowledgementAndDoesNotSpin() {
        KcpSettings narrow = KcpSettings.builder()
                .sendQueueSegmentsMax(2)
                .sendWindowSegments(1)
                .build();
        Inbox inbox = new Inbox(0);
        SessionLink blocked = new SessionLink(
                new Kcp(CONV, narrow, pool), new Outbox(0, 1, 1), inbox, LinkTimes.NODE, scratch, START_MS);
        blocked.sendVolatile(new byte[1], START_MS);
        lose(blocked, START_MS);
        blocked.sendVolatile(new byte[1], START_MS);
        blocked.sendVolatile(new byte[1], START_MS);
        assertThat(blocked.sendVolatile(new byte[1], START_MS)).isFalse();
        inbox.accept(1);
        inbox.makeDurable(1);
        assertThat(assertTimersAreAhead(blocked, START_MS)).isLessThan(START_MS + 1_100);
    }

    // ---- peers that lie ----------------------------------------------------------------------------------

    @Test
    void aPeerThatAcknowledgesWhatWasNeverSentBreaksTheLinkForGood() {
        say(serverOutbox, "hello");
        serverOutbox.append(bytes("not released"));
        assertThat(afterFrame(Frames.ack(scratch, 2))).isEqualTo(LinkEvent.BROKEN);
        assertThat(serverOutbox.acknowledged()).isZero();
        assertThat(server.poll()).isEqualTo(LinkEvent.BROKEN);
        say(clientOutbox, "and another thing");
        carry(client, server, START_MS + 50);
        assertThat(server.poll()).isEqualTo(LinkEvent.BROKEN);
        assertThat(serverInbox.received()).isZero();
    }

    @Test
    void aGapBreaksTheLink() {
        assertThat(afterFrame(Frames.numbered(scratch, new Outbox.Entry(2, bytes("two"), false), 0)))
                .isEqualTo(LinkEvent.BROKEN);
        assertThat(serverInbox.received()).isZero();
    }

    @Test
    void theLargestNumberThereIsBreaksTheLink() {
        assertThat(afterFrame(Frames.numbered(scratch, new Outbox.Entry(Long.MAX_VALUE, new byte[0], false), 0)))
                .isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void messageNumberZeroIsNone() {
        assertThat(afterFrame(Frames.numbered(scratch, new Outbox.Entry(0, new byte[0], false), 0)))
                .isEqualTo(LinkEvent.NONE);
    }

    @Test
    void bytesThatAreNoFrameBreakTheLink() {
        assertThat(afterFrame(0)).as("an empty one").isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void anUnknownTypeBreaksTheLink() {
        scratch[0] = 7;
        assertThat(afterFrame(1)).isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void aMessageLargerThanAllowedBreaksTheLink() {
        byte[] frame = new byte[SessionLink.MESSAGE_BYTES_MAX + 2];
        frame[0] = (byte) FrameType.VOLATILE.code();
        assertThat(afterFrame(frame, frame.length)).isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void aFrameLargerThanTheScratchBufferBreaksTheLink() {
        assertThat(afterFrame(new byte[SessionLink.SCRATCH_BYTES + 1], SessionLink.SCRATCH_BYTES + 1))
                .isEqualTo(LinkEvent.BROKEN);
    }

    @Test
    void aFloodOfPingsIsAnsweredWithinBounds() {
        Kcp peer = new Kcp(CONV, KcpSettings.turbo(), pool);
        long nowMs = START_MS;
        for (int i = 0; i < 20_000; i++, nowMs++) {
            byte[] ping = new byte[9];
            peer.send(ping, 0, Frames.ping(ping, i));
            peer.flush(nowMs);
            for (int n = peer.pollTransmit(datagram, 0); n > 0; n = peer.pollTransmit(datagram, 0)) {
                server.input(datagram, 0, n, nowMs);
            }
            assertThat(server.poll()).isEqualTo(LinkEvent.NONE);
            lose(server, nowMs);
            assertThat(server.nextTimeoutMs(nowMs + 1)).isGreaterThan(nowMs - 100);
        }
        assertThat(pool.segmentsInUse()).isLessThan(5_000);
    }

    @Test
    void anEndedSessionSaysWhy() {
        server.close(ErrorCode.KICKED, "too loud", START_MS);
        carry(server, client, START_MS);
        assertThat(client.poll()).isEqualTo(LinkEvent.CLOSE);
        assertThat(client.frame().code()).isEqualTo(ErrorCode.KICKED.code());
        assertThat(client.frame().detail()).isEqualTo("too loud");
    }

    @Test
    void aNodeThatGoesAwaySaysWhereToComeBack() {
        server.goAway(5_000, 0x82, START_MS);
        carry(server, client, START_MS);
        assertThat(client.poll()).isEqualTo(LinkEvent.GOAWAY);
        assertThat(client.frame().spreadMs()).isEqualTo(5_000);
        assertThat(client.frame().target()).isEqualTo(0x82);
    }

    @Test
    void aStrangersDatagramIsNotHeard() {
        assertThat(server.input(new byte[40], 0, 40, START_MS + 9)).isNotEqualTo(DropReason.NONE);
        assertThat(server.heardAtMs()).isEqualTo(START_MS);
    }

    // ---- by hand -----------------------------------------------------------------------------------------

    private SessionLink link(Outbox outbox, Inbox inbox, LinkTimes times, long nowMs) {
        return new SessionLink(new Kcp(CONV, KcpSettings.turbo(), pool), outbox, inbox, times, scratch, nowMs);
    }

    /** Some words in both directions, all acknowledged. */
    private void exchange() {
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

    private LinkEvent afterFrame(int length) {
        return afterFrame(scratch.clone(), length);
    }

    /** What the server makes of a frame that a lying peer sends. */
    private LinkEvent afterFrame(byte[] frame, int length) {
        Kcp liar = new Kcp(CONV, KcpSettings.turbo(), pool);
        assertThat(liar.send(frame, 0, length)).isEqualTo(SendResult.ACCEPTED);
        liar.flush(START_MS);
        for (int n = liar.pollTransmit(datagram, 0); n > 0; n = liar.pollTransmit(datagram, 0)) {
            assertThat(server.input(datagram, 0, n, START_MS)).isEqualTo(DropReason.NONE);
        }
        return server.poll();
    }

    /** Calls a link whenever it wants to be called, for a second, never twice at the same time; returns the next. */
    private long assertTimersAreAhead(SessionLink link, long fromMs) {
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
    private static void fill(Kcp kcp, int bytes) {
        SendResult result = SendResult.ACCEPTED;
        while (result == SendResult.ACCEPTED) result = kcp.send(new byte[bytes], 0, bytes);
    }

    private static void takeAll(SessionLink link) {
        LinkEvent event = link.poll();
        while (event != LinkEvent.NONE) event = link.poll();
    }

    private static void say(Outbox outbox, String message) {
        outbox.release(outbox.append(bytes(message)));
    }

    private void carry(SessionLink from, SessionLink to, long nowMs) {
        for (byte[] sent : transmit(from, nowMs)) {
            assertThat(to.input(sent, 0, sent.length, nowMs)).isEqualTo(DropReason.NONE);
        }
    }

    private void lose(SessionLink from, long nowMs) {
        transmit(from, nowMs);
    }

    private List<byte[]> transmit(SessionLink from, long nowMs) {
        List<byte[]> sent = new ArrayList<>();
        from.flush(nowMs);
        for (int bytes = from.pollTransmit(datagram, 0); bytes > 0; bytes = from.pollTransmit(datagram, 0)) {
            sent.add(Arrays.copyOf(datagram, bytes));
        }
        return sent;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
