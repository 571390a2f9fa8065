@NullMarked
package dev.convoy.node.builtin;

import org.jspecify.annotations.NullMarked;
