@NullMarked
package dev.convoy.tools.dev;

import org.jspecify.annotations.NullMarked;
