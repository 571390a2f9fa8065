@NullMarked
package dev.convoy.client;

import org.jspecify.annotations.NullMarked;
