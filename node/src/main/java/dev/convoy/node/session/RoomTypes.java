package dev.convoy.node.session;

import dev.convoy.room.RoomType;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The room types on the node's class path. */
public final class RoomTypes {
    private final Map<String, RoomType> byName = new TreeMap<>();

    /**
     * Finds them.
     *
     * @throws IllegalStateException when two have the same name
     */
    public static RoomTypes load() {
        RoomTypes types = new RoomTypes();
        for (RoomType type : ServiceLoader.load(RoomType.class)) types.add(type);
        return types;
    }

    @Nullable
    RoomType named(String name) {
        return byName.get(name);
    }

    @Override
    public String toString() {
        return String.join(", ", byName.keySet());
    }

    private void add(RoomType type) {
        RoomType other = byName.putIfAbsent(type.name(), type);
        if (other == null) return;
        throw new IllegalStateException("two room types are called " + type.name() + ": "
                + other.getClass().getName() + " and " + type.getClass().getName());
    }
}
