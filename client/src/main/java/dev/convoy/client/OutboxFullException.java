package dev.convoy.client;

/** The service has not confirmed enough of what was sent before: wait, and send again. */
public final class OutboxFullException extends RuntimeException {
    OutboxFullException(int messagesMax, int bytesMax) {
        super("the outbox is full (" + messagesMax + " messages or " + bytesMax + " bytes unconfirmed)");
    }
}
