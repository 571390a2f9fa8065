@NullMarked
package dev.convoy.protocol.conv;

import org.jspecify.annotations.NullMarked;
