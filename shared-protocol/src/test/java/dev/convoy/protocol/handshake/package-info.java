@NullMarked
package dev.convoy.protocol.handshake;

import org.jspecify.annotations.NullMarked;
