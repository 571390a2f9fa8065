@NullMarked
package dev.convoy.node.admission;

import org.jspecify.annotations.NullMarked;
