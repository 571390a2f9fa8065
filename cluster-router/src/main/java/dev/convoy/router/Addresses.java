package dev.convoy.router;

import java.net.InetSocketAddress;

/**
 * Where the sockets of a loop are bound.
 *
 * @param outside what clients send to: one address, never the wildcard: an answer must leave by the address that was
 *     asked
 * @param sharesPort true when other loops bind the same address
 * @param inside what nodes answer to; port 0 = any free one
 */
record Addresses(InetSocketAddress outside, boolean sharesPort, InetSocketAddress inside) {}
