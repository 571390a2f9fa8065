/**
 * Packet protection of the sealed suite: a KCP datagram becomes a packet that nobody can read, alter, repeat or use under another
 * conv, and that shows from which address its sender is to be answered.
 */
@NullMarked
package dev.convoy.protocol.seal;

import org.jspecify.annotations.NullMarked;
