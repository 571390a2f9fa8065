package dev.convoy.redis;

/** The answer to a step of a session that has nothing to tell but that it is done. */
public sealed interface SessionStep permits SessionStep.Done, SessionStep.Unknown, Fenced, Forgotten {
    record Done() implements SessionStep {}

    /** The session is not there (any more). */
    record Unknown() implements SessionStep {}
}
