package dev.convoy.protocol.conv;

/**
 * Who has a conv now, as far as a conflict is concerned.
 *
 * @param address where its datagrams come from
 * @param lastHeardMs when the last of them came
 * @param isTimedOut its link is dead already; it only has not been cleared away
 * @param isSealed its packets are authenticated: a newcomer who merely names the conv has no claim
 */
public record ConvHolder<A>(A address, long lastHeardMs, boolean isTimedOut, boolean isSealed) {}
