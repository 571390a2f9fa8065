@NullMarked
package dev.convoy.node.net;

import org.jspecify.annotations.NullMarked;
