/**
 * Conversation ids: what a conv is made of, every strategy to come by one, its collision odds, and what to do when two want the
 * same. See docs/CONV.md for when to use which.
 */
@NullMarked
package dev.convoy.protocol.conv;

import org.jspecify.annotations.NullMarked;
