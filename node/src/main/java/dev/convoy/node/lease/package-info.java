@NullMarked
package dev.convoy.node.lease;

import org.jspecify.annotations.NullMarked;
