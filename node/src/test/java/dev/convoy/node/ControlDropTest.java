package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.handshake.Answer;
import dev.convoy.protocol.handshake.ControlDatagram;
import dev.convoy.protocol.handshake.ControlDrop;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ControlHeader;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no request: each to its drop reason, or its error code, at the real desk. */
@TestInstance(Lifecycle.PER_CLASS)
class ControlDropTest {
    private final TestShard shard = new TestShard(TestShard.settings(), 9);

    @AfterAll
    void stop() {
        assertThat(shard.failures()).isEmpty();
        shard.close();
    }

    static Stream<Arguments> dropped() {
        return Stream.of(
                row(
                        "a version that we do not know",
                        ControlDrop.UNKNOWN_VERSION,
                        patch(ControlHeader.VERSION_OFFSET, 2)),
                row("version 0", ControlDrop.UNKNOWN_VERSION, patch(ControlHeader.VERSION_OFFSET, 0)),
                row("a letter that is no type", ControlDrop.UNKNOWN_TYPE, patch(0, 'Z')),
                row("an answer", ControlDrop.UNKNOWN_TYPE, patch(0, '2')),
                row("a verdict", ControlDrop.UNKNOWN_TYPE, patch(0, '4')),
                row("a reset", ControlDrop.UNKNOWN_TYPE, patch(0, '8')),
                row("less than a header", ControlDrop.TRUNCATED, cut(ControlHeader.BYTES - 1)),
                row("a first word and nothing else", ControlDrop.TRUNCATED, cut(4)),
                row(
                        "a request shorter than its answer could be",
                        ControlDrop.NOT_PADDED,
                        cut(Envelope.REQUEST_BYTES_MIN - 1)),
                row("only a header", ControlDrop.NOT_PADDED, cut(ControlHeader.BYTES)),
                row("more than a datagram holds", ControlDrop.OVERSIZED, cut(ControlDatagram.BYTES_MAX + 1)),
                row("a payload longer than the datagram", ControlDrop.MALFORMED, patch(ControlHeader.BYTES + 3, 0xFF)),
                row("a cookie that is too long", ControlDrop.MALFORMED, patch(ControlHeader.BYTES + 1, 33)),
                row(
                        "twelve bytes of another version",
                        ControlDrop.UNKNOWN_VERSION,
                        with(new BareHandshake(ControlType.CONNECT, 2, 1))),
                row(
                        "twelve bytes of an answer",
                        ControlDrop.UNKNOWN_TYPE,
                        with(new BareHandshake(ControlType.ACCEPT, 1, 1))),
                row(
                        "twelve bytes of a verdict",
                        ControlDrop.UNKNOWN_TYPE,
                        with(new BareHandshake(ControlType.VERDICT, 1, 1))),
                row("twelve bytes of a reconnect", ControlDrop.UNKNOWN_TYPE, bytes -> {
                    byte[] twelve = Arrays.copyOf(bytes, BareHandshake.BYTES);
                    twelve[0] = '5';
                    return twelve;
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dropped")
    void whatIsNoRequestIsCountedAndNotAnswered(String what, ControlDrop why, UnaryOperator<byte[]> change) {
        TestPlayer ann = shard.player("ann", TestRedis.freshName("drop"));
        byte[] whole = ann.connectRequest(TestPlayer.freshAttempt()).encode();
        long before = shard.dropped(why);
        long others = all() - before;
        ann.send(change.apply(whole));
        ann.await("be counted", () -> shard.dropped(why) == before + 1);
        assertThat(all() - shard.dropped(why)).isEqualTo(others);
        assertThat(ann.answers).isEmpty();
        assertThat(shard.hall.sessionCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "PROPOSE", "RECONNECT"})
    void whatCanBeReadAndIsNoRecordIsRefused(ControlType type) {
        TestPlayer ann = shard.player("ann", TestRedis.freshName("drop"));
        Answer answer = ann.askOnce(ann.request(type, TestPlayer.freshAttempt(), new byte[] {1, 2, 3}));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST.code()));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "PROPOSE"})
    void aRequestThatIsRepeatedOrReplayedFromElsewhereMakesOneSession(ControlType type) {
        TestPlayer ann = shard.player("ann", TestRedis.freshName("drop"));
        long attempt = TestPlayer.freshAttempt();
        Envelope request =
                type == ControlType.CONNECT ? ann.connectRequest(attempt) : ProposeTest.proposal(ann, 0x99, attempt);
        Answer first = ann.askOnce(request);
        assertThat(ann.askOnce(request)).isEqualTo(first);
        TestPlayer thief = shard.player("thief", ann.room);
        thief.send(request.encode());
        assertThat(ann.askOnce(request)).isEqualTo(first);
        assertThat(shard.convsInUse).hasSize(1);
        shard.skip(11_000); // Nobody has used it.
        assertThat(shard.convsInUse).isEmpty();
    }

    private long all() {
        long sum = 0;
        for (ControlDrop why : ControlDrop.values()) sum += shard.dropped(why);
        return sum;
    }

    private static Arguments row(String what, ControlDrop why, UnaryOperator<byte[]> change) {
        return Arguments.of(what, why, change);
    }

    private static UnaryOperator<byte[]> patch(int offset, int value) {
        return bytes -> {
            bytes[offset] = (byte) value;
            return bytes;
        };
    }

    private static UnaryOperator<byte[]> cut(int length) {
        return bytes -> Arrays.copyOf(bytes, length);
    }

    private static UnaryOperator<byte[]> with(BareHandshake bare) {
        return bytes -> bare.encode();
    }
}
