package dev.convoy.redis;

/**
 * A message to a client.
 *
 * @param seq its number in the session
 * @param payload not copied: do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // A message on its way: never compared, never copied.
public record OutboxEntry(long seq, byte[] payload) {}
