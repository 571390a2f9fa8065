/** The commands by which an operator looks into a running cluster and gives it orders. */
@NullMarked
package dev.convoy.tools.admin;

import org.jspecify.annotations.NullMarked;
