@NullMarked
package dev.convoy.protocol.seal;

import org.jspecify.annotations.NullMarked;
