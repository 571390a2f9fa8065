package dev.convoy.node.session;

import dev.convoy.protocol.handshake.Refused;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.SessionId;
import dev.convoy.redis.SessionImage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why sessions of this shard were ended whose players may not know yet: whoever comes back with the token of one is told, and not
 * that the token is unknown. Bounded, and forgotten after the time to come back; nothing depends on it. Owned by the shard's event loop.
 */
final class Farewells {
    private static final int KEPT_MAX = 4_096;

    private record Farewell(SessionImage.Tokens tokens, Refused told, long untilMs) {}

    private final Map<SessionId, Farewell> farewells = new LinkedHashMap<>();

    void note(SessionId id, SessionImage.Tokens tokens, ErrorCode reason, String detail, long untilMs) {
        farewells.put(id, new Farewell(tokens, Refused.because(reason, detail), untilMs));
        if (farewells.size() <= KEPT_MAX) return;
        Iterator<SessionId> oldest = farewells.keySet().iterator();
        oldest.next();
        oldest.remove();
    }

    /** What to tell somebody who presents a token of that session; null when there is nothing to tell them. */
    @Nullable
    Refused to(SessionId id, String tokenHash, long nowMs) {
        Farewell farewell = farewells.get(id);
        if (farewell == null) return null;
        if (nowMs > farewell.untilMs) {
            farewells.remove(id);
            return null;
        }
        SessionImage.Tokens tokens = farewell.tokens;
        boolean isTheirs = tokenHash.equals(tokens.currentHash()) || tokenHash.equals(tokens.previousHash());
        return isTheirs ? farewell.told : null;
    }
}
