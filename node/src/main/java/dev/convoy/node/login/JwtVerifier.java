package dev.convoy.node.login;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.convoy.node.session.IdentityCheck.Identity;
import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.Text;
import dev.convoy.room.AdmissionException;
import java.security.Key;
import java.text.ParseException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens (RFC 7519) of one signer. The key decides about the algorithm and not the token: HS256 is checked with the
 * secret only, RS256 and ES256 with public keys only, and everything else ({@code none}, encrypted tokens) is refused. A token
 * has a subject and an end. Any thread; may take a millisecond.
 */
final class JwtVerifier {
    private static final Set<String> REQUIRED_CLAIMS = Set.of("sub", "exp");

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final JWSKeySelector<SecurityContext> bySecret;
    private final JWSKeySelector<SecurityContext> byPublicKey;

    /**
     * Null: not that way, or anything.
     *
     * @param secret of HS256, at least 32 bytes
     * @param skewSeconds that clocks may differ
     */
    JwtVerifier(
            byte @Nullable [] secret,
            @Nullable JwksFile publicKeys,
            @Nullable String issuer,
            @Nullable String audience,
            int skewSeconds) {
        bySecret = secret == null
                ? noKey()
                : new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(secret));
        byPublicKey = publicKeys == null
                ? noKey()
                : new JWSVerificationKeySelector<>(Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), publicKeys);
        processor.setJWSKeySelector(this::keys);
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        if (issuer != null) exact.issuer(issuer);
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                audience == null ? null : Set.of(audience), exact.build(), REQUIRED_CLAIMS, Set.of());
        claims.setMaxClockSkew(skewSeconds);
        processor.setJWTClaimsSetVerifier(claims);
    }

    /**
     * Who has been signed for.
     *
     * @throws AdmissionException AUTH_ERROR when the token does not hold
     */
    Identity verify(String token) {
        try {
            JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
            String user = claims.getSubject();
            if (user.isEmpty() || !Text.isValid(user, JoinRequest.USER_BYTES_MAX)) {
                throw refused("the login's subject must have 1 to " + JoinRequest.USER_BYTES_MAX + " bytes of text");
            }
            Map<String, Object> all = Collections.unmodifiableMap(claims.toJSONObject());
            return new Identity(user, all);
        } catch (ParseException e) {
            throw refused(token.isEmpty() ? "a login is needed" : "the login is no signed token");
        } catch (BadJWTException e) {
            throw refused("the login does not hold: " + e.getMessage());
        } catch (BadJOSEException | JOSEException e) {
            throw refused("the login is not signed by anybody known here");
        }
    }

    private List<? extends Key> keys(JWSHeader header, @Nullable SecurityContext context)
            throws com.nimbusds.jose.KeySourceException {
        return JWSAlgorithm.HS256.equals(header.getAlgorithm())
                ? bySecret.selectJWSKeys(header, context)
                : byPublicKey.selectJWSKeys(header, context);
    }

    private static JWSKeySelector<SecurityContext> noKey() {
        return (header, context) -> List.of();
    }

    private static AdmissionException refused(String detail) {
        return new AdmissionException(ErrorCode.AUTH_ERROR, detail);
    }
}
