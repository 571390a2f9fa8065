/** Benchmarks of our protocol core beside its peers. */
@NullMarked
package dev.convoy.bench;

import org.jspecify.annotations.NullMarked;
