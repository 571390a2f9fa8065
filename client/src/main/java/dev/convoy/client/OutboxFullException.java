package dev.convoy.client;

/** The service has not confirmed enough of what was sent before: wait, and send again. */
public final class OutboxFullException extends RuntimeException {
    OutboxFullException(ClientOptions options) {
        super("the outbox is full (%d messages or %d bytes unconfirmed)"
                .formatted(options.outboxMessagesMax(), options.outboxBytesMax()));
    }
}
