package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.node.session.ShardSettings;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.redis.TestRedis;
import dev.convoy.room.Durability;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That a session is over is said until its player has heard it, though the session is gone; but not for ever. */
class LastWordsTest {
    /** Longer than last words are repeated. */
    private static final long LONG_MS = 3_001;

    private final TestShard shard =
            new TestShard(ShardSettings.of(60_000, Durability.MEMORY, 1_000), 9, TestRedis.connect());
    private final String room = TestRedis.freshName("room");

    @AfterEach
    void nothingIsLeftBehind() {
        try {
            assertThat(shard.failures()).isEmpty();
        } finally {
            shard.close();
        }
    }

    @Test
    void aKickedPlayerIsToldThoughTheFirstWordIsLost() {
        TestPlayer ann = talking();
        int[] lost = new int[1];
        ann.inbound = datagram -> lost[0]++ < 2 ? List.of() : List.of(datagram);
        ann.say("kick");
        ann.await("be told", () -> ann.closed == ErrorCode.KICKED);
        assertThat(lost[0]).isGreaterThan(2);
        ann.await("be believed", () -> shard.connectionCount() == 0);
        assertThat(shard.convsInUse).isEmpty();
    }

    @Test
    void theConvOfAPlayerWhoIsBeingToldIsNobodyElses() {
        TestPlayer ann = talking();
        ann.inbound = datagram -> List.of();
        ann.say("kick");
        ann.await("be kicked", () -> shard.sessionCount() == 0);
        assertThat(shard.convsInUse).containsExactly(ann.grant().conv());
        assertThat(shard.connectionCount()).isEqualTo(1);
    }

    @Test
    void aPlayerWhoNeverConfirmsIsForgotten() {
        TestPlayer ann = talking();
        ann.outbound = datagram -> List.of();
        shard.run(() -> ScriptedRoom.script(room).kickAll());
        shard.skip(LONG_MS);
        assertThat(shard.connectionCount()).isZero();
        assertThat(shard.convsInUse).isEmpty();
    }

    @Test
    void whatWasSaidBeforeTheEndIsHeardBeforeTheEnd() {
        TestPlayer ann = talking();
        ScriptedRoom.script(room).lastWords = "all of it";
        ann.say("kick");
        ann.await("be told", () -> ann.closed == ErrorCode.KICKED);
        assertThat(ann.heard).endsWith("all of it");
    }

    private TestPlayer talking() {
        TestPlayer ann = shard.player("ann", room).join();
        ann.say("hello");
        ann.awaitHeard("1:hello");
        return ann;
    }
}
