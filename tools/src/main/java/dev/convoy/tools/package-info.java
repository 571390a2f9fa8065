@NullMarked
package dev.convoy.tools;

import org.jspecify.annotations.NullMarked;
