@NullMarked
package dev.convoy.tools.cluster;

import org.jspecify.annotations.NullMarked;
