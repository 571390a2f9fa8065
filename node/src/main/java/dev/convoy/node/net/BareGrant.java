package dev.convoy.node.net;

/**
 * What became of a request for a bare session.
 *
 * @param conv 0 when there is none
 * @param code 0, or why there is none: an error code's number
 */
public record BareGrant(int conv, int code) {}
