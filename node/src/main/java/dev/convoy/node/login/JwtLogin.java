package dev.convoy.node.login;

import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.SlowWork;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

/**
 * A player is the subject of the token that they show; what they call themselves does not matter. Signatures are
 * checked off the event loop. Owned by the event loop that asks.
 */
final class JwtLogin implements IdentityCheck {
    private final JwtVerifier verifier;
    private final SlowWork slowWork;

    JwtLogin(JwtVerifier verifier, SlowWork slowWork) {
        this.verifier = verifier;
        this.slowWork = slowWork;
    }

    @Override
    public Future<Identity> check(String user, byte[] credential) {
        return slowWork.run(() -> verifier.verify(new String(credential, StandardCharsets.UTF_8)));
    }
}
