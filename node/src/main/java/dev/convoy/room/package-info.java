@NullMarked
package dev.convoy.room;

import org.jspecify.annotations.NullMarked;
