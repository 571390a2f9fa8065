package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.conv.ConflictPolicy.Answer;
import dev.convoy.protocol.conv.ConvVerdict.Result;
import dev.convoy.protocol.wire.ControlType;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvDeskTest {
    private static final int IDLE_AFTER_MS = 30_000;
    private final Map<Integer, ConvHolder<String>> holders = new HashMap<>();

    @Test
    void theSameAddressIsNoConflict() {
        ConflictPolicy policy = ConflictPolicy.reassigning(IDLE_AFTER_MS);
        assertThat(policy.answer(null, "a", 0)).isEqualTo(Answer.FREE);
        assertThat(policy.answer(holder("a", 0, false, false), "a", 99_999)).isEqualTo(Answer.SAME);
    }

    @Test
    void onlyAnIdleOrTimedOutHolderIsEvicted() {
        ConflictPolicy policy = ConflictPolicy.refusing(IDLE_AFTER_MS);
        assertThat(policy.answer(holder("a", 0, false, false), "b", 29_999)).isEqualTo(Answer.REFUSE);
        assertThat(policy.answer(holder("a", 0, false, false), "b", 30_000)).isEqualTo(Answer.EVICT);
        assertThat(policy.answer(holder("a", 0, true, false), "b", 1)).isEqualTo(Answer.EVICT);
    }

    @Test
    void aSealedHolderIsNotEvictedByAWord() {
        ConflictPolicy policy = ConflictPolicy.reassigning(IDLE_AFTER_MS);
        assertThat(policy.answer(holder("a", 0, true, true), "b", 99_999)).isEqualTo(Answer.REASSIGN);
    }

    @Test
    void evictingIsNoAnswerToABusyHolder() {
        assertThatThrownBy(() -> new ConflictPolicy(1, Answer.EVICT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProposalIsAcceptedWhenItIsFreeAndOurs() {
        ConvDesk<String> desk = desk(ConflictPolicy.reassigning(IDLE_AFTER_MS));
        assertThat(desk.verify(0x07000123, "a", 0)).isEqualTo(new ConvVerdict(Result.ACCEPTED, 0x07000123));
        holders.put(0x07000123, holder("a", 0, false, false));
        assertThat(desk.verify(0x07000123, "a", 1)).isEqualTo(new ConvVerdict(Result.ACCEPTED, 0x07000123));
    }

    @Test
    void aConvThatIsPromisedButNotYetSpokenIsNotGivenTwice() {
        ConvDesk<String> desk = desk(ConflictPolicy.refusing(IDLE_AFTER_MS));
        int promised = desk.assign(0).conv();
        ConvVerdict verdict = desk.verify(promised, "b", 0);
        assertThat(verdict.result()).isEqualTo(Result.REASSIGNED);
        assertThat(verdict.conv()).isNotEqualTo(promised);
    }

    @Test
    void aProposalOfAnIllegalOrForeignConvIsReassigned() {
        ConvDesk<String> desk = desk(ConflictPolicy.refusing(IDLE_AFTER_MS));
        for (int word : new int[] {0, 0x07, 0x4B435033, 0xFF000007, 0x08000123}) {
            ConvVerdict verdict = desk.verify(word, "a", 0);
            assertThat(verdict.result()).isEqualTo(Result.REASSIGNED);
            assertThat(Conv.serverId(verdict.conv())).isEqualTo(7);
        }
    }

    @Test
    void aConflictGetsExactlyOneOfTheThreeAnswers() {
        ConvDesk<String> reassigning = desk(ConflictPolicy.reassigning(IDLE_AFTER_MS));
        ConvDesk<String> refusing = desk(ConflictPolicy.refusing(IDLE_AFTER_MS));
        for (ConvDesk<String> desk : java.util.List.of(reassigning, refusing)) desk.verify(0x07000001, "a", 0);
        holders.put(0x07000001, holder("a", 0, false, false));

        ConvVerdict other = reassigning.verify(0x07000001, "b", 10);
        assertThat(other.result()).isEqualTo(Result.REASSIGNED);
        assertThat(other.conv()).isNotEqualTo(0x07000001);
        assertThat(refusing.verify(0x07000001, "b", 10)).isEqualTo(new ConvVerdict(Result.REFUSED, Conv.NONE));
        assertThat(refusing.verify(0x07000001, "b", IDLE_AFTER_MS))
                .isEqualTo(new ConvVerdict(Result.ACCEPTED_EVICTING, 0x07000001));
    }

    @Test
    void aFullDeskSaysSo() {
        ConvDesk<String> desk = new ConvDesk<>(
                ConvAllocator.segmented(7, 1, 0, new Random(1)), holders::get, ConflictPolicy.reassigning(1));
        assertThat(desk.assign(0).result().isGranted()).isTrue();
        assertThat(desk.assign(0)).isEqualTo(new ConvVerdict(Result.FULL, Conv.NONE));
        assertThat(desk.verify(0x07000001, "a", 0).result()).isEqualTo(Result.FULL);
    }

    @Test
    void theBareHandshakeOfTheSeedGoesThrough() {
        ConvDesk<String> desk = desk(ConflictPolicy.reassigning(IDLE_AFTER_MS));
        BareHandshake request = parse(BareHandshake.connect(0).encode());
        BareHandshake answer = parse(request.answer(desk.assign(0)).encode());
        assertThat(answer.type()).isEqualTo(ControlType.ACCEPT);
        assertThat(Conv.serverId(answer.second())).isEqualTo(7);
        assertThat(answer.third()).isZero();

        BareHandshake proposal = parse(BareHandshake.propose(0x07FFFFFF, 42).encode());
        BareHandshake verdict = proposal.answer(desk.verify(proposal.second(), "a", 0));
        assertThat(verdict).isEqualTo(new BareHandshake(ControlType.VERDICT, 0x07FFFFFF, 0));
        assertThat(desk.verify(0x01000000, "b", 0).result().code()).isEqualTo(1);
    }

    @Test
    void theTemporaryIdNeverBecomesTheConv() {
        ConvDesk<String> desk = desk(ConflictPolicy.reassigning(IDLE_AFTER_MS));
        for (int temporary : new int[] {0, 0x07000001, 0x4B435031, -1}) {
            BareHandshake answer = BareHandshake.connect(temporary).answer(desk.assign(0));
            assertThat(answer.second()).isNotEqualTo(temporary);
            assertThat(Conv.isLegal(answer.second())).isTrue();
        }
    }

    @Test
    void anyBytesAreABareHandshakeOrNull() {
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            if (bytes.length >= 4) {
                bytes[3] = 'K';
                bytes[2] = 'C';
                bytes[1] = 'P';
                bytes[0] = (byte) ('0' + random.nextInt(20));
            }
            BareHandshake parsed = BareHandshake.parse(bytes, 0, bytes.length);
            if (parsed != null) assertThat(parsed.encode()).isEqualTo(bytes);
        }
        byte[] future = BareHandshake.connect(1).encode();
        future[4] = 2;
        assertThat(BareHandshake.parse(future, 0, 12)).isNull();
    }

    private ConvDesk<String> desk(ConflictPolicy policy) {
        return new ConvDesk<>(ConvAllocator.segmented(7, 100, 0, new Random(1)), holders::get, policy);
    }

    private static ConvHolder<String> holder(String address, long lastHeardMs, boolean isTimedOut, boolean isSealed) {
        return new ConvHolder<>(address, lastHeardMs, isTimedOut, isSealed);
    }

    private static BareHandshake parse(byte[] bytes) {
        BareHandshake parsed = BareHandshake.parse(bytes, 0, bytes.length);
        assertThat(parsed).isNotNull();
        return java.util.Objects.requireNonNull(parsed);
    }
}
