/** The keys of a cluster: made, kept in files, and found again by the commands that need one. */
@NullMarked
package dev.convoy.tools.keys;

import org.jspecify.annotations.NullMarked;
