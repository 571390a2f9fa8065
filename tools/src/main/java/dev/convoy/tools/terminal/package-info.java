@NullMarked
package dev.convoy.tools.terminal;

import org.jspecify.annotations.NullMarked;
