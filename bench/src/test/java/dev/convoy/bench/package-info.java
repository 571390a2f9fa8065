@NullMarked
package dev.convoy.bench;

import org.jspecify.annotations.NullMarked;
