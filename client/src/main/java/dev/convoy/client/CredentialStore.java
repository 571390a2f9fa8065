package dev.convoy.client;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one player's client keeps what it needs to come back: a few hundred secret bytes, whose format, version and
 * checksum are the client's. One store for one player: two clients on one store take each other's session.
 *
 * <p>The client calls from its own context and never begins a call before the one before has completed. A save that
 * has completed must survive the process; it is waited for before a new token, or the position up to which messages
 * are acknowledged, is used.
 */
public interface CredentialStore {
    /** What was saved last, or empty. */
    Future<Optional<byte[]>> load();

    Future<Void> save(byte[] credentials);

    Future<Void> clear();

    /** In this process only: comes back after an outage, but not after a restart. */
    static CredentialStore memory() {
        return new MemoryCredentialStore();
    }

    /** In a file that only its owner can read, written atomically. */
    static CredentialStore file(Path path) {
        return new FileCredentialStore(path);
    }
}
