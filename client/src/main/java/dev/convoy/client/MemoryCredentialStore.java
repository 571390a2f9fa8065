package dev.convoy.client;

import io.vertx.core.Future;
import java.util.Optional;

/** The store of a client that need not survive its process; may be handed from one client to the next. */
final class MemoryCredentialStore implements CredentialStore {
    private volatile Optional<byte[]> saved = Optional.empty();

    @Override
    public Future<Optional<byte[]>> load() {
        return Future.succeededFuture(saved);
    }

    @Override
    public Future<Void> save(byte[] credentials) {
        saved = Optional.of(credentials);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> clear() {
        saved = Optional.empty();
        return Future.succeededFuture();
    }

    @Override
    public String toString() {
        return "memory";
    }
}
