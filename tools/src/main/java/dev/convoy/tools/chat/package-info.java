@NullMarked
package dev.convoy.tools.chat;

import org.jspecify.annotations.NullMarked;
