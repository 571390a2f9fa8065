package dev.convoy.node.session;

import dev.convoy.room.RoomType;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The room types on the node's class path, and in the jars of a folder besides. */
public final class RoomTypes {
    private static final int NAME_BYTES_MAX = 32;

    private final Map<String, RoomType> byName = new TreeMap<>();

    /** Those on the class path; see {@link #load(Path)}. */
    public static RoomTypes load() {
        return new RoomTypes().addAll(RoomTypes.class.getClassLoader());
    }

    /**
     * Those on the class path and in the jars of a folder.
     *
     * @throws IllegalStateException with one sentence when there is no such folder, a type is broken, or two have the same name
     */
    public static RoomTypes load(Path folder) {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".jar")) jars.add(file.toUri().toURL());
            }
        } catch (IOException e) {
            throw new IllegalStateException("CONVOY_ROOMS_PATH names " + folder + ", which is no readable folder", e);
        }
        // Never closed: rooms load their classes as long as the node lives.
        ClassLoader parent = RoomTypes.class.getClassLoader();
        return new RoomTypes().addAll(new URLClassLoader("rooms", jars.toArray(URL[]::new), parent));
    }

    @Nullable
    RoomType named(String name) {
        return byName.get(name);
    }

    @Override
    public String toString() {
        return String.join(", ", byName.keySet());
    }

    private RoomTypes addAll(ClassLoader loader) {
        try {
            Iterator<RoomType> types =
                    ServiceLoader.load(RoomType.class, loader).iterator();
            while (types.hasNext()) add(types.next());
            return this;
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new IllegalStateException("a room type cannot be loaded: " + e.getMessage(), e);
        }
    }

    private void add(RoomType type) {
        String name = nameOf(type);
        RoomType other = byName.putIfAbsent(name, type);
        if (other == null) return;
        throw new IllegalStateException("two room types are called " + name + ": "
                + other.getClass().getName() + " and " + type.getClass().getName());
    }

    private static String nameOf(RoomType type) {
        String name;
        try {
            name = type.name();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "the room type " + type.getClass().getName() + " does not say its name: " + e, e);
        }
        int bytes = name == null ? 0 : name.getBytes(StandardCharsets.UTF_8).length;
        if (name != null && bytes > 0 && bytes <= NAME_BYTES_MAX) return name;
        throw new IllegalStateException("the name of the room type "
                + type.getClass().getName() + " must have 1 to " + NAME_BYTES_MAX + " bytes, not " + bytes);
    }
}
