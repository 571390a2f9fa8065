@NullMarked
package dev.convoy.protocol.session;

import org.jspecify.annotations.NullMarked;
