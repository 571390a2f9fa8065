package dev.convoy.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of a password. */
class PasswordVerifierTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void theRightPasswordMatchesAndNoOther() {
        String verifier = PasswordVerifier.of("geheim 密码", random);
        assertThat(PasswordVerifier.matches("geheim 密码", verifier)).isTrue();
        assertThat(PasswordVerifier.matches("geheim", verifier)).isFalse();
    }

    @Test
    void itIsSaltedAndDoesNotHoldThePassword() {
        String verifier = PasswordVerifier.of("swordfish", random);
        assertThat(verifier).startsWith("pbkdf2-sha512$210000$").isNotEqualTo(PasswordVerifier.of("swordfish", random));
        byte[] kept = RoomSnapshot.encode(new RoomDoor.Settings(true, false, 3, verifier), List.of(), new byte[] {7});
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("swordfish");
        RoomSnapshot read = RoomSnapshot.decode(kept);
        assertThat(read).isNotNull();
        assertThat(read == null ? null : read.door()).isEqualTo(new RoomDoor.Settings(true, false, 3, verifier));
    }

    @Test
    void whatIsNoVerifierMatchesNothing() {
        for (String text : List.of("", "x", "pbkdf2-sha512$0$AA==$AA==", "pbkdf2-sha512$1$?$?", "md5$1$AA==$AA==")) {
            assertThat(PasswordVerifier.matches("", text)).as(text).isFalse();
        }
    }
}
