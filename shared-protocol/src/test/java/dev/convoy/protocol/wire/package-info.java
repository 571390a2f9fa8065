@NullMarked
package dev.convoy.protocol.wire;

import org.jspecify.annotations.NullMarked;
