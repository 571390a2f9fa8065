package dev.convoy.node.net;

/**
 * How a request for a conv came in.
 *
 * @param attempt the client's nonce: a repeated request has the same
 * @param path where it came from first
 * @param suite that it was made in, and that the conv will have
 */
public record Arrival(long attempt, ClientPath path, Suite suite) {}
