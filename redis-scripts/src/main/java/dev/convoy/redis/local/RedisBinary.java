package dev.convoy.redis.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** Finds a redis-server: on the PATH, else in the jar of org.signal:embedded-redis, from where it is copied once. */
final class RedisBinary {
    private static final String CARRIER = "redis.embedded.Redis";

    private RedisBinary() {}

    /** The executable, and where it came from. */
    record Found(Path executable, String origin) {}

    static Found find() throws IOException {
        Optional<Path> onPath = onPath();
        return onPath.isPresent() ? new Found(onPath.get(), "on the PATH") : fromJar();
    }

    private static Optional<Path> onPath() {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, "redis-server");
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private static Found fromJar() throws IOException {
        String platform = platform();
        try (JarFile jar = new JarFile(carrier().toFile())) {
            JarEntry entry = jar.stream()
                    .filter(e -> e.getName().startsWith("redis-server-")
                            && e.getName().endsWith("-" + platform))
                    .findFirst()
                    .orElseThrow(() -> new IOException("org.signal:embedded-redis has no redis-server for " + platform
                            + ": install one and put it on the PATH"));
            return new Found(extract(jar, entry), "from org.signal:embedded-redis");
        }
    }

    private static Path carrier() throws IOException {
        try {
            CodeSource source = Class.forName(CARRIER, false, RedisBinary.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
            URL location = source == null ? null : source.getLocation();
            if (location == null) {
                throw new IOException("org.signal:embedded-redis is not a jar here: put a redis-server on the PATH");
            }
            return Path.of(location.toURI());
        } catch (ClassNotFoundException e) {
            throw new IOException(
                    "there is no redis-server: put one on the PATH, or org.signal:embedded-redis on the class path", e);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return os + "-"
                + switch (arch) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> "386";
                };
    }

    private static Path extract(JarFile jar, JarEntry entry) throws IOException {
        Path folder = cacheFolder();
        Path executable = folder.resolve(entry.getName());
        if (Files.isExecutable(executable) && Files.size(executable) == entry.getSize()) {
            return executable;
        }
        Path part = Files.createTempFile(folder, entry.getName(), ".part");
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
        try {
            return Files.move(part, executable, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            return Files.move(part, executable, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A folder that only this user can write to: what is in it will be run. */
    private static Path cacheFolder() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        try {
            return Files.createDirectories(base.resolve("convoy"));
        } catch (IOException e) {
            return Files.createTempDirectory("convoy-redis");
        }
    }
}
