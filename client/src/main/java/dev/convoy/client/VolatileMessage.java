package dev.convoy.client;

import io.vertx.core.buffer.Buffer;

/**
 * A message of the room's that may have had predecessors which nobody saw.
 *
 * @param channel 0 to 255; on each only the newest message counts, and none older follows it
 */
public record VolatileMessage(int channel, Buffer message) {}
