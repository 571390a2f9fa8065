@NullMarked
package dev.convoy.router;

import org.jspecify.annotations.NullMarked;
