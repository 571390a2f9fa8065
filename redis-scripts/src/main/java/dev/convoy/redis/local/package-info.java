/** A real redis-server of one's own, for development and tests. */
@NullMarked
package dev.convoy.redis.local;

import org.jspecify.annotations.NullMarked;
