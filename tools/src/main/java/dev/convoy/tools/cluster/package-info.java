/**
 * A cluster on this machine: a Redis, nodes and routers, each a process of its own on 127.0.0.1. {@link
 * dev.convoy.tools.cluster.LocalCluster} is the door.
 */
@NullMarked
package dev.convoy.tools.cluster;

import org.jspecify.annotations.NullMarked;
