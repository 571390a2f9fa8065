@NullMarked
package dev.convoy.tools.command;

import org.jspecify.annotations.NullMarked;
