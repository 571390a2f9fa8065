package dev.convoy.node.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a token lets in, and whom it does not. */
class JwtVerifierTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final RSAKey RSA = rsa("rsa-1");
    private static final ECKey EC = ec("ec-1");

    @TempDir
    private Path folder;

    private final JwtVerifier bySecret = new JwtVerifier(SECRET, null, null, null, 30);

    @Test
    void theSubjectOfASignedTokenIsTheUser() throws Exception {
        String token = hs256(claims().claim("tester", true), SECRET);
        assertThat(bySecret.verify(token).user()).isEqualTo("ann");
        assertThat(bySecret.verify(token).claims())
                .containsEntry("tester", true)
                .containsKey("exp");
    }

    @Test
    void publicKeysOfAFileCheckRs256AndEs256() throws Exception {
        JwtVerifier verifier = new JwtVerifier(null, JwksFile.open(jwks(RSA, EC)), null, null, 30);
        assertThat(verifier.verify(signed(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(RSA), claims()))
                        .user())
                .isEqualTo("ann");
        assertThat(verifier.verify(signed(JWSAlgorithm.ES256, "ec-1", new ECDSASigner(EC), claims()))
                        .user())
                .isEqualTo("ann");
        refused(verifier, signed(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(rsa("rsa-1")), claims()));
        refused(verifier, signed(JWSAlgorithm.RS512, "rsa-1", new RSASSASigner(RSA), claims()));
        refused(verifier, hs256(claims(), SECRET));
    }

    @Test
    void aPublicKeyIsNoSecretForHs256() throws Exception {
        Path file = jwks(RSA);
        JwtVerifier verifier = new JwtVerifier(null, JwksFile.open(file), null, null, 30);
        refused(verifier, hs256(claims(), RSA.toRSAPublicKey().getEncoded()));
        refused(verifier, hs256(claims(), Files.readAllBytes(file)));
        JwtVerifier both = new JwtVerifier(SECRET, JwksFile.open(file), null, null, 30);
        refused(both, hs256(claims(), RSA.toRSAPublicKey().getEncoded()));
        assertThat(both.verify(hs256(claims(), SECRET)).user()).isEqualTo("ann");
    }

    @Test
    void whatNobodySignedIsRefused() {
        refused(bySecret, new PlainJWT(claims().build()).serialize());
        for (String text : List.of("", "x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.")) {
            refused(bySecret, text);
        }
    }

    @Test
    void anotherSecretOrAChangedTokenIsRefused() throws Exception {
        refused(bySecret, hs256(claims(), "another secret of thirty-two byte".getBytes(StandardCharsets.UTF_8)));
        String token = hs256(claims(), SECRET);
        String other = hs256(claims().subject("eve"), SECRET);
        refused(bySecret, other.substring(0, other.lastIndexOf('.')) + token.substring(token.lastIndexOf('.')));
    }

    @Test
    void aTokenHasItsTimeWithinTheSkewOfClocks() throws Exception {
        assertThat(bySecret.verify(hs256(claims().expirationTime(in(-10)), SECRET))
                        .user())
                .isEqualTo("ann");
        refused(bySecret, hs256(claims().expirationTime(in(-60)), SECRET));
        assertThat(bySecret.verify(hs256(claims().notBeforeTime(in(10)), SECRET))
                        .user())
                .isEqualTo("ann");
        refused(bySecret, hs256(claims().notBeforeTime(in(60)), SECRET));
        refused(bySecret, hs256(claims().expirationTime(null), SECRET));
        assertThatThrownBy(() -> bySecret.verify(hs256(claims().expirationTime(in(-60)), SECRET)))
                .hasMessageContaining("Expired");
    }

    @Test
    void issuerAndAudienceAreWhatTheOperatorSays() throws Exception {
        JwtVerifier strict = new JwtVerifier(SECRET, null, "login.example", "convoy", 30);
        String fits = hs256(claims().issuer("login.example").audience(List.of("shop", "convoy")), SECRET);
        assertThat(strict.verify(fits).user()).isEqualTo("ann");
        refused(strict, hs256(claims(), SECRET));
        refused(strict, hs256(claims().issuer("other").audience("convoy"), SECRET));
        refused(strict, hs256(claims().issuer("login.example").audience("shop"), SECRET));
    }

    @Test
    void aSubjectThatCannotBeANameIsRefused() throws Exception {
        refused(bySecret, hs256(claims().subject(null), SECRET));
        refused(bySecret, hs256(claims().subject(""), SECRET));
        refused(bySecret, hs256(claims().subject("x".repeat(65)), SECRET));
        refused(bySecret, hs256(claims().subject("a\u0000b"), SECRET));
    }

    @Test
    void aFileThatChangesIsReadAgainAndABrokenOneChangesNothing() throws Exception {
        Path file = jwks(RSA);
        JwtVerifier verifier = new JwtVerifier(null, JwksFile.open(file), null, null, 30);
        String byEc = signed(JWSAlgorithm.ES256, "ec-1", new ECDSASigner(EC), claims());
        refused(verifier, byEc);
        Files.writeString(file, new JWKSet(List.<JWK>of(EC.toPublicJWK())).toString());
        await(verifier, byEc);
        Files.writeString(file, "{ broken");
        Thread.sleep(1_100); // Longer than it is not looked at.
        assertThat(verifier.verify(byEc).user()).isEqualTo("ann");
    }

    @Test
    void aFileWithoutKeysIsNamedAtTheStart() throws IOException {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> JwksFile.open(missing))
                .hasMessageContaining("CONVOY_JWT_JWKS")
                .hasMessageContaining("missing");
        Path empty = Files.writeString(folder.resolve("empty.json"), "{\"keys\":[]}");
        assertThatThrownBy(() -> JwksFile.open(empty)).hasMessageContaining("no public key");
    }

    private Path jwks(JWK... keys) throws IOException {
        return Files.writeString(folder.resolve("jwks.json"), new JWKSet(List.of(keys)).toString());
    }

    private static void await(JwtVerifier verifier, String token) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            try {
                verifier.verify(token);
                return;
            } catch (AdmissionException notYet) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("the new keys were never read");
    }

    private static void refused(JwtVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOfSatisfying(
                        AdmissionException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_ERROR));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().subject("ann").expirationTime(in(300));
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String hs256(JWTClaimsSet.Builder claims, byte[] secret) throws JOSEException {
        return signed(JWSAlgorithm.HS256, null, new MACSigner(secret), claims);
    }

    private static String signed(
            JWSAlgorithm algorithm,
            @org.jspecify.annotations.Nullable String keyId,
            JWSSigner signer,
            JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims.build());
        token.sign(signer);
        return token.serialize();
    }

    private static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
