package dev.convoy.protocol.session;

/** What {@link SessionLink#poll} found; the fields are in {@link SessionLink#frame}. */
public enum LinkEvent {
    /** Nothing more has arrived. */
    NONE,
    /** A numbered message, in order, never delivered before. */
    MESSAGE,
    /** A message without a number: the newest of its channel. */
    VOLATILE,
    STATE,
    GOAWAY,
    ERROR,
    /** The peer has answered a {@linkplain SessionLink#ping ping}. */
    PONG,
    /** The peer ended the session. */
    CLOSE,
    /** About a direct line between two players. */
    PEER,
    /** The peer broke the protocol: this link is of no use any more. */
    BROKEN
}
