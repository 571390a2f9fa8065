package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.kcp.DropReason;
import dev.convoy.protocol.kcp.Kcp;
import dev.convoy.protocol.kcp.KcpSettings;
import dev.convoy.protocol.wire.ErrorCode;
import org.junit.jupiter.api.Test;

/** What a link does with a peer that breaks the protocol, by fault or on purpose. */
class LyingPeerTest extends LinkPair {
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
        byte[] frame = new byte[SessionLink.MESSAGE_BYTES_MAX + 4];
        frame[0] = (byte) FrameType.DATA.code();
        frame[1] = 1;
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
}
