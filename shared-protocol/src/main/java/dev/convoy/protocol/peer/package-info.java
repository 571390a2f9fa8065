/**
 * Direct lines between two players of a room: what they tell each other through the room, how they find a way that leads
 * through no server, and the conversation that goes by whichever way there is.
 */
@NullMarked
package dev.convoy.protocol.peer;

import org.jspecify.annotations.NullMarked;
