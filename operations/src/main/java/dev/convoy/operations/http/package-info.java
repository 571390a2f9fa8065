/** The HTTP server by which an operator looks into a process and tells it what to do. */
@NullMarked
package dev.convoy.operations.http;

import org.jspecify.annotations.NullMarked;
