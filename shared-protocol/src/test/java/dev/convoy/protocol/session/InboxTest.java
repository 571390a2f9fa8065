package dev.convoy.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.session.Inbox.Verdict;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox inbox = new Inbox(5);

    @Test
    void onlyTheNextMessageIsDelivered() {
        assertThat(inbox.accept(6)).isEqualTo(Verdict.DELIVER);
        assertThat(inbox.accept(6)).isEqualTo(Verdict.DUPLICATE);
        assertThat(inbox.accept(1)).isEqualTo(Verdict.DUPLICATE);
        assertThat(inbox.accept(0)).isEqualTo(Verdict.DUPLICATE);
        assertThat(inbox.accept(8)).isEqualTo(Verdict.GAP);
        assertThat(inbox.accept(Long.MAX_VALUE)).isEqualTo(Verdict.GAP);
        assertThat(inbox.received()).isEqualTo(6);
    }

    @Test
    void whatWasNotReceivedIsNotDurable() {
        inbox.accept(6);
        assertThat(inbox.durable()).isEqualTo(5);
        inbox.makeDurable(100);
        assertThat(inbox.durable()).isEqualTo(6);
    }

    @Test
    void whatIsDurableStaysDurable() {
        inbox.accept(6);
        inbox.makeDurable(6);
        inbox.makeDurable(3);
        assertThat(inbox.durable()).isEqualTo(6);
    }

    @Test
    void whatIsNotDurableIsTakenOnceMoreAfterARewind() {
        inbox.accept(6);
        inbox.makeDurable(6);
        inbox.accept(7);
        inbox.rewind();
        assertThat(inbox.received()).isEqualTo(6);
        assertThat(inbox.accept(7)).isEqualTo(Verdict.DELIVER);
    }

    @Test
    void aClientFollowsAStateOverAGapAndAServerDoesNot() {
        Inbox client = Inbox.ofClient(5);
        assertThat(client.acceptState(9)).isEqualTo(Verdict.DELIVER);
        assertThat(client.acceptState(9)).isEqualTo(Verdict.DUPLICATE);
        assertThat(client.accept(11)).isEqualTo(Verdict.GAP);
        assertThat(client.accept(10)).isEqualTo(Verdict.DELIVER);
        assertThat(inbox.acceptState(9)).isEqualTo(Verdict.GAP);
        assertThat(inbox.acceptState(6)).isEqualTo(Verdict.DELIVER);
    }

    @Test
    void whoHasForgottenEverythingTakesTheNextNumberWhateverItIs() {
        inbox.beginAnywhere();
        assertThat(inbox.accept(Long.MAX_VALUE)).as("no number of a session's").isEqualTo(Verdict.GAP);
        assertThat(inbox.accept(5)).isEqualTo(Verdict.DUPLICATE);
        assertThat(inbox.accept(40)).isEqualTo(Verdict.DELIVER);
        assertThat(inbox.beginsAnywhere()).isFalse();
        assertThat(inbox.accept(42)).isEqualTo(Verdict.GAP);
    }
}
