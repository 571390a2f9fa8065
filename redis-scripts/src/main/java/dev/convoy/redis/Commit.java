package dev.convoy.redis;

/** The answer to a commit or a touch. */
public sealed interface Commit permits Commit.Committed, Fenced, Forgotten {
    /** It is in Redis. */
    record Committed() implements Commit {}
}
