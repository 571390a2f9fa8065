/** What an operator may ask of a node, and tell it to do, through its admin HTTP server. */
@NullMarked
package dev.convoy.node.admin;

import org.jspecify.annotations.NullMarked;
