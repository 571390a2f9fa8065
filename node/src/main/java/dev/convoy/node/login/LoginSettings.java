package dev.convoy.node.login;

import dev.convoy.node.session.IdentityCheck;
import dev.convoy.node.session.SlowWork;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.Setting;
import dev.convoy.operations.settings.SettingType;
import dev.convoy.operations.settings.Settings;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** How a node finds out who somebody is: declared here, once, and turned into the check. */
public final class LoginSettings {
    private static final int SECRET_BYTES_MIN = 32;
    private static final int WAITING_MAX = 4_096;

    /** Whom a node believes. */
    public enum Mode {
        /** Everybody is who they say they are. */
        ANONYMOUS,
        /** Who shows a JSON Web Token that somebody signed whom the node trusts. */
        JWT
    }

    private static final Setting<Mode> AUTH = Setting.of(
                    "CONVOY_AUTH",
                    SettingType.choice(Mode.class),
                    "Who a player is: with jwt the subject of a signed token; anonymous believes everybody, for"
                            + " development and networks where everybody is known.")
            .or(Mode.JWT);

    private static final Setting<String> SECRET = Setting.of(
                    "CONVOY_JWT_SECRET",
                    SettingType.text(512),
                    "The key of tokens that are signed with HS256: at least 32 bytes.")
            .orNone("no HS256")
            .secret();

    private static final Setting<String> JWKS = Setting.of(
                    "CONVOY_JWT_JWKS",
                    SettingType.text(4_096),
                    "The path of a file with the public keys (a JSON Web Key Set) of tokens that are signed with RS256 or"
                            + " ES256; read again when it changes.")
            .orNone("no RS256 and no ES256");

    private static final Setting<String> ISSUER = Setting.of(
                    "CONVOY_JWT_ISSUER", SettingType.text(512), "What a token's iss must be.")
            .orNone("anything");

    private static final Setting<String> AUDIENCE = Setting.of(
                    "CONVOY_JWT_AUDIENCE", SettingType.text(512), "What must be among a token's aud.")
            .orNone("anything");

    private static final Setting<Integer> SKEW_SECONDS = Setting.of(
                    "CONVOY_JWT_SKEW_SECONDS",
                    SettingType.number(0, 600),
                    "Seconds that the clocks of whoever signs tokens and of this node may differ.")
            .or(30);

    private LoginSettings() {}

    /** Adds them to a program's settings. */
    public static void declareIn(Declarations all) {
        all.add(AUTH);
        all.add(SECRET);
        all.add(JWKS);
        all.add(ISSUER);
        all.add(AUDIENCE);
        all.add(SKEW_SECONDS);
        all.check(LoginSettings::problem);
    }

    /**
     * Makes the checks of a node's shards, each for the event loop that asks for it.
     *
     * @throws IllegalArgumentException with one sentence when the file of keys cannot be used
     */
    public static Function<Vertx, IdentityCheck> checks(Settings settings) {
        if (settings.get(AUTH) == Mode.ANONYMOUS) return vertx -> new AnonymousLogin();
        JwtVerifier verifier = new JwtVerifier(
                settings.find(SECRET)
                        .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                        .orElse(null),
                settings.find(JWKS).map(Path::of).map(JwksFile::open).orElse(null),
                settings.find(ISSUER).orElse(null),
                settings.find(AUDIENCE).orElse(null),
                settings.get(SKEW_SECONDS));
        return vertx -> new JwtLogin(verifier, new SlowWork(vertx, "convoy-login", WAITING_MAX));
    }

    private static Optional<String> problem(Settings settings) {
        if (settings.get(AUTH) != Mode.JWT) return Optional.empty();
        Optional<String> secret = settings.find(SECRET);
        if (secret.isEmpty() && settings.find(JWKS).isEmpty()) {
            return Optional.of("CONVOY_AUTH is jwt and needs CONVOY_JWT_SECRET or CONVOY_JWT_JWKS;"
                    + " CONVOY_AUTH=anonymous would believe every name.");
        }
        return secret.filter(key -> key.getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES_MIN)
                .map(key -> "CONVOY_JWT_SECRET must have at least " + SECRET_BYTES_MIN + " bytes.");
    }
}
