package dev.convoy.node.session;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Room passwords of a shard: the slow verifiers off the event loop, and digests that are good in this process only. */
final class Passwords {
    private final SlowWork slowWork;
    private final SecureRandom random = new SecureRandom();
    private final Mac mac;

    Passwords(SlowWork slowWork) {
        this.slowWork = slowWork;
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    Future<String> verifierOf(String password) {
        return slowWork.run(() -> PasswordVerifier.of(password, random));
    }

    Future<Boolean> matches(String password, String verifier) {
        return slowWork.run(() -> PasswordVerifier.matches(password, verifier));
    }

    /** Under a key that this process has drawn and nobody else knows: never written anywhere. */
    byte[] digest(String password) {
        return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    }
}
