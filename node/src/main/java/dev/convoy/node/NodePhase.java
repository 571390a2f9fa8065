package dev.convoy.node;

import org.jspecify.annotations.Nullable;

/** Where a node is in its life, as its operator is told. */
enum NodePhase {
    CONNECTING("Redis has not been reached yet."),
    JOINING("It has no server id and no convs yet."),
    ACCEPTING(null),
    DRAINING(null);

    /** What the start waits for; null once it is over. */
    final @Nullable String waitsFor;

    NodePhase(@Nullable String waitsFor) {
        this.waitsFor = waitsFor;
    }
}
