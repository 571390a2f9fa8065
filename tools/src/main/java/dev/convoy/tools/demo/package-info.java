@NullMarked
package dev.convoy.tools.demo;

import org.jspecify.annotations.NullMarked;
