/** What every process measures of itself, and how counters of an event loop are read from outside. */
@NullMarked
package dev.convoy.operations.metrics;

import org.jspecify.annotations.NullMarked;
