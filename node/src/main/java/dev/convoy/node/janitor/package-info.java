@NullMarked
package dev.convoy.node.janitor;

import org.jspecify.annotations.NullMarked;
