@NullMarked
package dev.convoy.redis;

import org.jspecify.annotations.NullMarked;
