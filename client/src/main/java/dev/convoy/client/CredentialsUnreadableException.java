package dev.convoy.client;

/** Stored credentials cannot be used; the message says in one sentence why, and what to do. */
public final class CredentialsUnreadableException extends RuntimeException {
    CredentialsUnreadableException(String message) {
        super(message);
    }

    CredentialsUnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
