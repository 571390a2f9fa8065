package dev.convoy.node.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom a room lets in: its password, how many there may be, and whether new ones may come at all. It is committed together with the
 * room's state. Owned by the room's event loop.
 *
 * <p>A password is checked slowly once per node and word: a keyed digest of the last right one makes the check of the next player
 * fast, so that two hundred players of a room that has moved do not wait for two hundred slow hashes; and of the same word
 * given by many at once only one is checked.
 */
final class RoomDoor {
    /** What is committed. */
    record Settings(boolean isStarted, boolean isLocked, int capacity, String verifier) {
        static final Settings OPEN = new Settings(false, false, 0, "");
    }

    private final Passwords passwords;
    private Settings settings = Settings.OPEN;
    /** Digest of the right password, once somebody has given it. */
    private byte @Nullable [] known;

    private final Map<String, Future<Boolean>> underWay = new HashMap<>();

    RoomDoor(Passwords passwords) {
        this.passwords = passwords;
    }

    Settings settings() {
        return settings;
    }

    void restore(Settings committed) {
        settings = committed;
        known = null;
    }

    void setStarted(boolean started) {
        settings = new Settings(started, settings.isLocked, settings.capacity, settings.verifier);
    }

    void setLocked(boolean locked) {
        settings = new Settings(settings.isStarted, locked, settings.capacity, settings.verifier);
    }

    void setCapacity(int capacity) {
        if (capacity < 0) throw new IllegalArgumentException("a capacity of " + capacity);
        settings = new Settings(settings.isStarted, settings.isLocked, capacity, settings.verifier);
    }

    /** Completes when the password is in force; empty: none. */
    Future<Void> setPassword(String password) {
        if (password.isEmpty()) {
            setVerifier("", null);
            return Future.succeededFuture();
        }
        return passwords.verifierOf(password).map(verifier -> {
            setVerifier(verifier, passwords.digest(password));
            return null;
        });
    }

    boolean hasPassword() {
        return !settings.verifier.isEmpty();
    }

    /** Refuses whom the room does not take at the moment. */
    void requireRoomFor(int taken) {
        if (settings.isLocked) throw new AdmissionException(ErrorCode.ROOM_LOCKED, "");
        if (settings.isStarted) throw new AdmissionException(ErrorCode.ROOM_IS_STARTED, "");
        if (settings.capacity > 0 && taken >= settings.capacity) {
            throw new AdmissionException(ErrorCode.PLAYER_COUNT_MAX, "");
        }
    }

    /** Fails when the room has a password and this is another. */
    Future<Void> requirePassword(String given) {
        if (!hasPassword()) return Future.succeededFuture();
        if (given.isEmpty()) return Future.failedFuture(new AdmissionException(ErrorCode.PASSWORD_ERROR, ""));
        byte[] digest = passwords.digest(given);
        if (known != null && MessageDigest.isEqual(known, digest)) return Future.succeededFuture();
        String verifier = settings.verifier;
        return checkOnce(given, verifier).compose(isRight -> {
            if (!isRight) return Future.failedFuture(new AdmissionException(ErrorCode.PASSWORD_ERROR, ""));
            if (verifier.equals(settings.verifier)) known = digest;
            return Future.succeededFuture();
        });
    }

    private Future<Boolean> checkOnce(String given, String verifier) {
        String key = given + '\n' + verifier;
        Future<Boolean> present = underWay.get(key);
        if (present != null) return present;
        Future<Boolean> check = passwords.matches(given, verifier);
        underWay.put(key, check);
        return check.onComplete(done -> underWay.remove(key));
    }

    private void setVerifier(String verifier, byte @Nullable [] digest) {
        settings = new Settings(settings.isStarted, settings.isLocked, settings.capacity, verifier);
        known = digest;
    }
}
