/** {@code convoy load}: many players against a service that is running somewhere. */
@NullMarked
package dev.convoy.tools.load;

import org.jspecify.annotations.NullMarked;
