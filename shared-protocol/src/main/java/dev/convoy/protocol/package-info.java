@NullMarked
package dev.convoy.protocol;

import org.jspecify.annotations.NullMarked;
