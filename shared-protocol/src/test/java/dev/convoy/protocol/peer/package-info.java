@NullMarked
package dev.convoy.protocol.peer;

import org.jspecify.annotations.NullMarked;
