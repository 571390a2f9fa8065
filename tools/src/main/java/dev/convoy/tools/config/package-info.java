/** What can be set, and what is. */
@NullMarked
package dev.convoy.tools.config;

import org.jspecify.annotations.NullMarked;
