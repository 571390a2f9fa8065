package dev.convoy.room;

import org.jspecify.annotations.Nullable;

/**
 * A kind of room, e.g. {@code chat}: what a game programmer writes. Found on the node's class path by
 * {@link java.util.ServiceLoader}, so an implementation is named in
 * {@code META-INF/services/dev.convoy.room.RoomType} and has a public constructor without arguments.
 */
public interface RoomType {
    /** What clients ask for: at most 32 bytes of UTF-8, unique on the node. */
    String name();

    /** A new room of this type, before it knows anything; called on the event loop that will own it. */
    Room create();

    /** What a crash may take from rooms of this type; null = what the node is set to. */
    default @Nullable Durability durability() {
        return null;
    }
}
