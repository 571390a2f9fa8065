/** Settings: declared once, read from several sources, checked all at once, and shown with their documentation. */
@NullMarked
package dev.convoy.operations.settings;

import org.jspecify.annotations.NullMarked;
