package dev.convoy.node.login;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys in a file (RFC 7517), read again when it has changed, which is looked at once a second when somebody asks. A file that
 * cannot be used any more leaves the last good keys in force, and is complained about. Any thread, off the event loops.
 */
final class JwksFile implements JWKSource<SecurityContext> {
    private static final Logger log = LoggerFactory.getLogger(JwksFile.class);
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BYTES_MAX = 1 << 20;

    private record State(FileTime changed, long bytes) {}

    private final Path path;
    private @Nullable State read;
    private JWKSet keys = new JWKSet();
    private long lookedNanos;

    private JwksFile(Path path) {
        this.path = path;
    }

    /**
     * The keys in that file.
     *
     * @throws IllegalArgumentException with one sentence when there are none
     */
    static JwksFile open(Path path) {
        JwksFile file = new JwksFile(path);
        try {
            file.readIfChanged();
            return file;
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException(
                    "CONVOY_JWT_JWKS names " + path + ", which holds no usable keys: " + e, e);
        }
    }

    @Override
    public synchronized List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        long nowNanos = System.nanoTime();
        if (nowNanos - lookedNanos >= LOOK_EVERY_NANOS) {
            lookedNanos = nowNanos;
            try {
                readIfChanged();
            } catch (IOException | ParseException e) {
                log.warn("the keys of {} cannot be read, the former ones stay in force: {}", path, e.toString());
            }
        }
        return selector.select(keys);
    }

    private synchronized void readIfChanged() throws IOException, ParseException {
        State present = new State(Files.getLastModifiedTime(path), Files.size(path));
        if (present.equals(read)) return;
        if (present.bytes > BYTES_MAX) throw new IOException("it has more than " + BYTES_MAX + " bytes");
        JWKSet fresh = JWKSet.parse(Files.readString(path)).toPublicJWKSet();
        if (fresh.isEmpty()) throw new IOException("it has no public key in it");
        keys = fresh;
        read = present;
        log.info("{} keys for logins read from {}", fresh.size(), path);
    }
}
