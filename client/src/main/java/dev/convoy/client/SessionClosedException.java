package dev.convoy.client;

/** The session is over. */
public final class SessionClosedException extends RuntimeException {
    SessionClosedException(String message) {
        super(message);
    }
}
