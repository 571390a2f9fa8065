package dev.convoy.redis;

import java.util.Map;

/** The answer to a commit or a touch. */
public sealed interface Commit permits Commit.Committed, Commit.Revoked, Fenced, Forgotten {
    /** It is in Redis. */
    record Committed() implements Commit {}

    /**
     * Of a touch: it is in Redis, but the tokens of these sessions have been revoked, and they are to end.
     *
     * @param reasons of each session, by its id
     */
    record Revoked(Map<String, String> reasons) implements Commit {
        public Revoked {
            reasons = Map.copyOf(reasons);
        }
    }
}
