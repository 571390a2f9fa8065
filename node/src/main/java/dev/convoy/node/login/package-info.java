@NullMarked
package dev.convoy.node.login;

import org.jspecify.annotations.NullMarked;
