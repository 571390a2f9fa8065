/** {@code convoy bench}: how fast it is, each measurement in a process of its own where it matters. */
@org.jspecify.annotations.NullMarked
package dev.convoy.tools.bench;
