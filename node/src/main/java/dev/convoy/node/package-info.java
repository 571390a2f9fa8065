@NullMarked
package dev.convoy.node;

import org.jspecify.annotations.NullMarked;
