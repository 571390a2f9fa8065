package dev.convoy.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.handshake.Redirect;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.handshake.Resumed;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handshake asks, whom and when; in virtual time. */
final class HandshakeTest {
    private static final long ATTEMPT = 77;
    private static final int OLD_NODE = 3;

    private record Sent(long atMs, int target) {}

    private final RandomGenerator chance = new SplittableRandom(1);
    private final List<Sent> sent = new ArrayList<>();
    private long nowMs = 1_000;
    private Handshake handshake = reconnect(OLD_NODE, 4_000);

    @Test
    void repeatsComeAfterAboutTwiceTheTimeEach() {
        handshake = reconnect(0, 4_000);
        runUntil(4_900);
        assertThat(sent).hasSizeBetween(5, 7);
        assertThat(sent.get(1).atMs - sent.get(0).atMs).isBetween(215L, 285L);
        assertThat(sent.get(2).atMs - sent.get(1).atMs).isBetween(430L, 570L);
        assertThat(sent.get(3).atMs - sent.get(2).atMs).isBetween(860L, 1_140L);
    }

    @Test
    void aNodeThatDoesNotAnswerWithinHalfASecondIsNoLongerAskedFor() {
        runUntil(1_499);
        assertThat(sent).hasSize(2).allMatch(request -> request.target == OLD_NODE);
        runUntil(1_500);
        assertThat(sent.get(2)).isEqualTo(new Sent(1_500, 0));
    }

    @Test
    void whenTheDeadOwnerIsNamedAgainTheRestOfItsLeaseIsWaitedFor() {
        runUntil(1_500);
        assertThat(redirect(OLD_NODE, 300)).isTrue();
        int before = sent.size();
        runUntil(1_819);
        assertThat(sent).hasSize(before);
        runUntil(1_841);
        assertThat(sent).hasSize(before + 1);
        assertThat(last().target).isZero();
    }

    @Test
    void aLongLeaseIsNotWaitedForWithoutAskingAgain() {
        runUntil(1_500);
        redirect(OLD_NODE, 60_000);
        runUntil(2_100);
        assertThat(last().atMs).isBetween(1_999L, 2_021L);
    }

    @Test
    void anOwnerThatIsNamedIsAskedAtOnce() {
        redirectAfterFirstSend(9, 2_000);
        runUntil(nowMs);
        assertThat(last()).isEqualTo(new Sent(1_010, 9));
    }

    @Test
    void anOwnerIsAskedOnlyUntilItsLeaseHasRunOut() {
        redirectAfterFirstSend(9, 150);
        runUntil(1_400);
        assertThat(sent).contains(new Sent(1_180, 0));
    }

    @Test
    void nodesThatSendTheClientAroundAreAskedSlowly() {
        runUntil(1_000);
        for (int i = 0; i < 20; i++) {
            redirect(10 + i % 2, 1_000);
            runUntil(nowMs);
        }
        assertThat(sent.size()).isLessThan(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 75, 255})
    void aRedirectToNoNodeIsIgnored(int serverId) {
        runUntil(1_010);
        assertThat(redirect(serverId, 100)).isFalse();
    }

    @Test
    void answersToAnotherAttemptAreIgnored() {
        runUntil(1_010);
        Refused refused = Refused.because(ErrorCode.AUTH_ERROR, "");
        Envelope foreign = new Envelope(ControlType.RESUMED, 0, 0, ATTEMPT + 1, 0, new byte[0], refused.encode());
        assertThat(handle(foreign)).isFalse();
        assertThat(handshake.state()).isEqualTo(Handshake.State.ASKING);
    }

    @Test
    void anAcceptIsNoAnswerToAReconnect() {
        runUntil(1_010);
        Refused refused = Refused.because(ErrorCode.AUTH_ERROR, "");
        Envelope wrong = new Envelope(ControlType.ACCEPT, 0, 0, ATTEMPT, 0, new byte[0], refused.encode());
        assertThat(handle(wrong)).isFalse();
    }

    @Test
    void aGrantOfAnImpossibleConvIsIgnored() {
        runUntil(1_010);
        assertThat(answer(resumed(0))).isFalse();
        assertThat(answer(resumed(0x4B000001))).isFalse();
        assertThat(answer(resumed(0x01000001))).isTrue();
        assertThat(handshake.state()).isEqualTo(Handshake.State.ANSWERED);
    }

    @Test
    void aLateAnswerOfANodeThatWasGivenUpStillCounts() {
        runUntil(1_700);
        assertThat(answer(resumed(0x03000001))).isTrue();
        assertThat(given()).isInstanceOf(Resumed.class);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aRefusalIsFinalExactlyWhenItsRetryClassSaysSo(ErrorCode error) {
        runUntil(1_010);
        answer(Refused.until(error, 100));
        boolean isFinal = error.retry() == ErrorCode.Retry.NEVER
                || error.retry() == ErrorCode.Retry.JOIN_ANEW
                || error == ErrorCode.CONV_IN_USE; // The next request is another one: it proposes no conv.
        assertThat(handshake.state()).isEqualTo(isFinal ? Handshake.State.ANSWERED : Handshake.State.ASKING);
    }

    @Test
    void aRefusalThatOnlyANewerServerKnowsIsFinal() {
        runUntil(1_010);
        answer(new Refused(999, 0, "news"));
        assertThat(given()).isEqualTo(new Refused(999, 0, "news"));
    }

    @Test
    void retryLaterIsHonouredWithJitterAndNotHeldAgainstTheAttempt() {
        runUntil(1_010);
        answer(Refused.until(ErrorCode.RETRY_LATER, 2_000));
        runUntil(3_009);
        assertThat(sent).hasSize(1);
        runUntil(4_010);
        assertThat(sent.get(1).target).isEqualTo(OLD_NODE);
        runUntil(6_900);
        assertThat(handshake.state()).isEqualTo(Handshake.State.ASKING);
    }

    @Test
    void aServiceThatIsAlwaysBusyIsGivenUpAtLast() {
        while (handshake.state() == Handshake.State.ASKING) {
            runUntil(handshake.nextTimeoutMs());
            answer(Refused.until(ErrorCode.RETRY_LATER, 100));
        }
        assertThat(handshake.state()).isEqualTo(Handshake.State.EXPIRED);
        assertThat(handshake.lastRefusal()).isNotNull();
        assertThat(nowMs).isBetween(5_000L, 9_000L);
    }

    @Test
    void aDrainingNodeIsNotAskedAgain() {
        runUntil(1_010);
        answer(Refused.because(ErrorCode.NODE_DRAINING, ""));
        runUntil(1_060);
        assertThat(sent).hasSize(2);
        assertThat(last().target).isZero();
    }

    @Test
    void itEndsWhenItsTimeIsOver() {
        runUntil(5_000);
        assertThat(handshake.state()).isEqualTo(Handshake.State.EXPIRED);
        assertThat(handshake.nextTimeoutMs()).isEqualTo(Long.MAX_VALUE);
    }

    private Handshake reconnect(int target, int withinMs) {
        Envelope request = Envelope.request(ControlType.RECONNECT, target, 5, ATTEMPT, 0, new byte[100]);
        return new Handshake(request, chance, withinMs, nowMs);
    }

    private void runUntil(long untilMs) {
        while (handshake.nextTimeoutMs() <= untilMs) {
            nowMs = Math.max(nowMs, handshake.nextTimeoutMs());
            Envelope datagram = handshake.pollTransmit(nowMs);
            if (datagram != null) sent.add(new Sent(nowMs, datagram.target()));
        }
        nowMs = Math.max(nowMs, untilMs);
    }

    private void redirectAfterFirstSend(int serverId, int leaseMs) {
        runUntil(1_010);
        assertThat(redirect(serverId, leaseMs)).isTrue();
    }

    private boolean redirect(int serverId, int leaseMs) {
        Envelope request = Envelope.request(ControlType.RECONNECT, 0, 5, ATTEMPT, 0, new byte[100]);
        return handle(request.answer(new Redirect(serverId, leaseMs)));
    }

    private boolean answer(@Nullable Answer given) {
        byte[] record = given == null ? new byte[0] : given.encode();
        return handle(new Envelope(ControlType.RESUMED, 0, 5, ATTEMPT, 0, new byte[0], record));
    }

    private boolean handle(Envelope envelope) {
        return handshake.handle(new Suite.Reading(envelope, null, true), nowMs);
    }

    private @Nullable Answer given() {
        Answered answered = handshake.answer();
        return answered == null ? null : answered.answer();
    }

    private static Resumed resumed(int conv) {
        Grant grant = new Grant(conv, ReconnectToken.of(new byte[32]), new byte[16], 1, 60_000);
        return new Resumed(grant, 0, Resumed.Place.SAME_NODE);
    }

    private Sent last() {
        return sent.get(sent.size() - 1);
    }
}
