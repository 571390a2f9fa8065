@NullMarked
package dev.convoy.node.session;

import org.jspecify.annotations.NullMarked;
