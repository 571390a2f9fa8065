package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.kcp.SegmentPool;
import dev.convoy.protocol.wire.ErrorCode;
import org.junit.jupiter.api.Test;

/** What the driver of a link may rely on: what arrives, what is answered when, and what a peer cannot do. */
class SessionLinkTest extends LinkPair {
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
        assertThat(client.poll()).isEqualTo(LinkEvent.PONG);
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
        byte[] larger = new byte[SessionLink.MESSAGE_BYTES_MAX + 1];
        assertThatThrownBy(() -> clientOutbox.append(larger)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lastWordsComeBehindWhatMayLeaveAndBeforeWhatMayNot() {
        say(serverOutbox, "one");
        serverOutbox.append(bytes("not committed"));
        server.close(ErrorCode.KICKED, "bad manners", START_MS);
        server.close(ErrorCode.BANNED, "only the first counts", START_MS);
        say(serverOutbox, "too late");
        carry(server, client, START_MS);
        assertThat(client.poll()).isEqualTo(LinkEvent.MESSAGE);
        assertThat(client.poll()).isEqualTo(LinkEvent.CLOSE);
        assertThat(client.frame().detail()).isEqualTo("bad manners");
        assertThat(server.isDelivered()).isFalse();
        client.confirm(START_MS + 1);
        assertThat(client.frame().code()).isEqualTo(ErrorCode.KICKED.code());
        carryConfirmation(client, server, START_MS + 1);
        assertThat(server.isDelivered()).isTrue();
        carry(server, client, START_MS + 2);
        assertThat(client.poll()).isEqualTo(LinkEvent.NONE);
    }

    @Test
    void lastWordsForWhichThereIsNoRoomAreSaidWhenThereIs() {
        SegmentPool small = new SegmentPool(64 << 10);
        Kcp neighbour = new Kcp(CONV + 1, KcpSettings.turbo(), small);
        SessionLink poor = new SessionLink(
                new Kcp(CONV, KcpSettings.turbo(), small), serverOutbox, serverInbox, LinkTimes.NODE, scratch, 0);
        fill(neighbour, 1);
        fill(neighbour, 1_000);
        poor.close(ErrorCode.KICKED, "", START_MS);
        lose(poor, START_MS);
        assertThat(poor.isDelivered()).isFalse();
        neighbour.release();
        carry(poor, client, poor.nextTimeoutMs(START_MS));
        assertThat(client.poll()).isEqualTo(LinkEvent.CLOSE);
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
        Outbox outbox = new Outbox(0, 10, 10);
        SessionLink blocked =
                new SessionLink(new Kcp(CONV, narrow, pool), outbox, inbox, LinkTimes.NODE, scratch, START_MS);
        say(outbox, "1");
        lose(blocked, START_MS);
        for (String text : new String[] {"2", "3", "4"}) say(outbox, text);
        lose(blocked, START_MS);
        assertThat(outbox.hasTransmittable()).as("one found no room").isTrue();
        inbox.accept(1);
        inbox.makeDurable(1);
        assertThat(assertTimersAreAhead(blocked, START_MS)).isLessThan(START_MS + 1_100);
    }
}
