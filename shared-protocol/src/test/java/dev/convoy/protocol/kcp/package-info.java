@NullMarked
package dev.convoy.protocol.kcp;

import org.jspecify.annotations.NullMarked;
