package dev.convoy.operations.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Lets through who presents the token (RFC 6750, section 2.1). Hashes are compared, and in constant time: how long it
 * takes tells nothing about the token or its length.
 */
final class BearerGate implements Handler<RoutingContext> {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> expected;

    BearerGate(Optional<String> token) {
        this.expected = token.map(BearerGate::hash);
    }

    @Override
    public void handle(RoutingContext context) {
        if (expected.isEmpty()) {
            context.fail(AdminFailure.of(FORBIDDEN, "Admin calls are switched off: CONVOY_ADMIN_TOKEN is not set."));
            return;
        }
        String header = context.request().getHeader("Authorization");
        boolean isBearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String presented = isBearer ? header.substring(SCHEME.length()).strip() : "";
        if (MessageDigest.isEqual(hash(presented), expected.get())) {
            context.next();
            return;
        }
        context.response().putHeader("WWW-Authenticate", "Bearer");
        String sentence =
                isBearer ? "This is not the admin token." : "Present the token: 'Authorization: Bearer TOKEN'.";
        context.fail(AdminFailure.of(UNAUTHORIZED, sentence));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
