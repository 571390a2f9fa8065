package dev.convoy.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store in memory whose saves can be made to hang or to fail: the moments at which a client may be killed. */
final class HeldStore implements CredentialStore {
    enum Mode {
        WORKING,
        HANGING,
        FAILING
    }

    private final List<byte[]> saved = new ArrayList<>();
    private Mode mode = Mode.WORKING;
    private int savesBefore;
    private int held;

    /** From the save after so many more. */
    synchronized void switchTo(Mode next, int afterSaves) {
        mode = next;
        savesBefore = afterSaves;
    }

    /** How many saves hang or have failed. */
    synchronized int held() {
        return held;
    }

    synchronized Optional<Credentials> kept() {
        return saved.isEmpty() ? Optional.empty() : Optional.of(Credentials.decode(saved.get(saved.size() - 1), this));
    }

    @Override
    public synchronized Future<Optional<byte[]>> load() {
        return Future.succeededFuture(saved.isEmpty() ? Optional.empty() : Optional.of(saved.get(saved.size() - 1)));
    }

    @Override
    public synchronized Future<Void> save(byte[] credentials) {
        if (mode != Mode.WORKING && savesBefore-- <= 0) {
            held++;
            return mode == Mode.FAILING
                    ? Future.failedFuture(new IllegalStateException("the disk is full"))
                    : Promise.<Void>promise().future();
        }
        saved.add(credentials);
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Void> clear() {
        saved.clear();
        return Future.succeededFuture();
    }
}
