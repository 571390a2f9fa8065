package dev.convoy.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How datagrams are bundled, and what happens when the system refuses; the system is played. */
class SendBatchTest {
    private static final int INVALID = -22;
    private static final int AGAIN = -11;
    private static final int UNREACHABLE = -101;

    private final RouterCounters counters = new RouterCounters();
    /** Of each message that was taken: how many datagrams it held. */
    private final List<Integer> taken = new ArrayList<>();

    @BeforeEach
    void onlyWhereThereIsSuchAThing() {
        assumeTrue(Mmsg.isAvailable());
    }

    @Test
    void datagramsToOnePlaceAndOfOneSizeAreOneMessage() {
        SendBatch batch = batch();
        // A shorter one may be the last; a longer one, or another place, begins anew.
        add(batch, 1, 100, 100, 100, 60);
        add(batch, 2, 100);
        add(batch, 1, 100, 100, 200);
        batch.flush(this::takeAll);
        assertThat(taken).containsExactly(4, 1, 2, 1);
    }

    @Test
    void aBundleIsNoLargerThanAnIpPacket() {
        SendBatch batch = batch();
        for (int i = 0; i < BatchSocket.BATCH; i++) add(batch, 1, 1220);
        batch.flush(this::takeAll);
        assertThat(taken).containsExactly(53, 11);
    }

    @Test
    void whoeverRefusesBundlesGetsThemOneByOneFromThenOn() {
        SendBatch batch = batch();
        SendBatch.Sender refusing = (messages, offset, count) -> {
            if (Mmsg.length(messages[offset]) > 1) return INVALID;
            taken.add(1);
            return 1;
        };
        add(batch, 1, 100, 100, 100);
        add(batch, 2, 100, 100);
        batch.flush(refusing);
        assertThat(taken).hasSize(5);
        add(batch, 1, 100, 100, 100);
        batch.flush(this::takeAll);
        assertThat(taken).hasSize(8).containsOnly(1);
        assertThat(counters.get(Outcome.SEND_FAILED)).isZero();
        assertThat(counters.get(Outcome.NODES_CONGESTED)).isZero();
    }

    @Test
    void whatHasNoRoomIsDroppedAndCounted() {
        SendBatch batch = batch();
        boolean[] isFull = new boolean[1];
        add(batch, 1, 100, 100, 100);
        add(batch, 2, 100, 100);
        add(batch, 3, 100);
        batch.flush((messages, offset, count) -> {
            if (isFull[0]) return AGAIN;
            isFull[0] = true;
            taken.add(Mmsg.length(messages[offset]));
            return 1;
        });
        assertThat(taken).containsExactly(3);
        assertThat(counters.get(Outcome.NODES_CONGESTED)).isEqualTo(3);
        taken.clear();
        add(batch, 4, 100);
        batch.flush(this::takeAll);
        assertThat(taken).as("nothing is left of it").containsExactly(1);
    }

    @Test
    void whoCannotBeReachedDoesNotKeepTheOthersBack() {
        SendBatch batch = batch();
        for (int place = 1; place <= 3; place++) add(batch, place, 100);
        batch.flush((messages, offset, count) -> {
            if (offset == 1) return UNREACHABLE;
            taken.add(offset);
            return 1;
        });
        assertThat(taken).containsExactly(0, 2);
        assertThat(counters.get(Outcome.SEND_FAILED)).isEqualTo(1);
    }

    private SendBatch batch() {
        return new SendBatch(counters, Outcome.NODES_CONGESTED);
    }

    private static void add(SendBatch batch, int place, int... lengths) {
        for (int length : lengths) batch.add(4096, length, 0, Ip.ipv4(place), 7000);
    }

    private int takeAll(Object[] messages, int offset, int count) {
        for (int i = 0; i < count; i++) taken.add(Mmsg.length(messages[offset + i]));
        return count;
    }
}
