package dev.convoy.client;

import static dev.convoy.client.Player.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.handshake.JoinRequest;
import dev.convoy.protocol.handshake.ReconnectToken;
import dev.convoy.protocol.wire.LittleEndian;
import dev.convoy.protocol.wire.SessionId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored, and what becomes of it when it is damaged. */
final class CredentialsTest {
    private static final CredentialStore STORE = CredentialStore.memory();
    private static final Credentials WHOLE = new Credentials(
            "änn",
            "chat",
            "",
            -5,
            Long.MIN_VALUE,
            new Credentials.Ticket(
                    new SessionId(1, -2), ReconnectToken.of(new byte[32]), 0xFE000001, 9, 1L << 40, "lobby", "player"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("ann.credentials");
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        Credentials first = new Credentials("ann", "", "lobby", 3, 4, null);
        assertThat(Credentials.decode(WHOLE.encode(), STORE)).isEqualTo(WHOLE);
        assertThat(Credentials.decode(first.encode(), STORE)).isEqualTo(first);
    }

    @Test
    void anyChangedByteIsNoticed() {
        byte[] bytes = WHOLE.encode();
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> Credentials.decode(damaged, STORE))
                    .isInstanceOf(CredentialsUnreadableException.class);
        }
    }

    @Test
    void anyMissingOrAddedByteIsNoticed() {
        byte[] bytes = WHOLE.encode();
        for (int length = 0; length <= bytes.length + 3; length++) {
            if (length == bytes.length) continue;
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Credentials.decode(cut, STORE)).isInstanceOf(CredentialsUnreadableException.class);
        }
    }

    @Test
    void fieldsAreCheckedEvenUnderARightChecksum() {
        byte[] bytes = WHOLE.encode();
        bytes[5] = (byte) 200; // the user's length
        assertThatThrownBy(() -> Credentials.decode(resummed(bytes), STORE)).hasMessageContaining("not whole");
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] bytes = WHOLE.encode();
        bytes[4] = 2;
        assertThatThrownBy(() -> Credentials.decode(resummed(bytes), STORE))
                .hasMessage("The credentials in memory are unusable (they have format version 2, not 1);"
                        + " clear the store (remove the file) to join anew.");
    }

    @Test
    void theSecretsOfTheLoginAreNotInIt() {
        String text = new String(WHOLE.encode(), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("password").doesNotContain("credential");
        assertThat(WHOLE.toString()).contains("ReconnectToken(…)");
    }

    @Test
    void theyFitTheSameUserAndRoomOrWhoNamesNone() {
        assertThat(WHOLE.fit(join("änn", "lobby"))).isTrue();
        assertThat(WHOLE.fit(join("änn", ""))).isTrue();
        assertThat(WHOLE.fit(join("änn", "kitchen"))).isFalse();
        assertThat(WHOLE.fit(join("bob", "lobby"))).isFalse();
    }

    @Test
    void aFileThatIsNotThereIsNoCredentials() {
        assertThat(await(CredentialStore.file(file).load())).isEmpty();
    }

    @Test
    void aFileKeepsWhatWasSavedLastAndNothingBeside() throws IOException {
        CredentialStore store = CredentialStore.file(file);
        await(store.save(new byte[] {1}));
        await(store.save(new byte[] {2, 3}));
        assertThat(await(CredentialStore.file(file).load())).hasValue(new byte[] {2, 3});
        try (var names = Files.list(folder)) {
            assertThat(names).containsExactly(file);
        }
        await(store.clear());
        assertThat(file).doesNotExist();
        await(store.clear());
    }

    @Test
    void aFileIsItsOwnersAlone() throws IOException {
        await(CredentialStore.file(file).save(new byte[] {1}));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> await(CredentialStore.file(file).load()))
                .isInstanceOf(CredentialsUnreadableException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void aProcessKilledWhileWritingLeavesTheOldOnes() throws IOException {
        CredentialStore store = CredentialStore.file(file);
        await(store.save(WHOLE.encode()));
        Path halfWritten = folder.resolve("ann.credentials.new");
        Files.write(halfWritten, new byte[] {9, 9});
        assertThat(await(store.load())).hasValue(WHOLE.encode());
        await(store.save(new byte[] {4}));
        assertThat(await(store.load())).hasValue(new byte[] {4});
        assertThat(halfWritten).doesNotExist();
    }

    @Test
    void aSaveReplacesTheFileAndNeverWritesIntoIt() throws IOException {
        CredentialStore store = CredentialStore.file(file);
        await(store.save(new byte[] {1}));
        Object before = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        Path other = Files.createLink(folder.resolve("link"), file);
        await(store.save(new byte[] {2}));
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                .isNotEqualTo(before);
        assertThat(Files.readAllBytes(other)).isEqualTo(new byte[] {1});
    }

    @Test
    void aDamagedFileFailsTheJoinWithOneSentence() throws IOException {
        Vertx vertx = Vertx.vertx();
        try (LoopbackNode node = new LoopbackNode()) {
            byte[] damaged = WHOLE.encode();
            damaged[20] ^= 1;
            await(CredentialStore.file(file).save(damaged));
            ClientOptions options = Player.options(node)
                    .credentialStore(CredentialStore.file(file))
                    .build();
            assertThatThrownBy(() -> Player.join(vertx, options))
                    .isInstanceOf(CredentialsUnreadableException.class)
                    .hasMessage("The credentials in " + file + " are unusable (their checksum is wrong);"
                            + " clear the store (remove the file) to join anew.");
            assertThat(node.seatCount()).isZero();
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void optionsOutOfTheirBoundsAreRefusedAtOnce() {
        List<Runnable> wrong = List.of(
                () -> ClientOptions.builder().user("x".repeat(65)),
                () -> ClientOptions.builder().user("a\nb"),
                () -> ClientOptions.builder().options(new byte[129]),
                () -> ClientOptions.builder().user("ann").build(),
                () -> ClientOptions.builder().server("127.0.0.1", 1).build());
        for (Runnable each : wrong) assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
    }

    private static JoinRequest join(String user, String room) {
        return new JoinRequest(user, new byte[0], "chat", room, "", new byte[0]);
    }

    private static byte[] resummed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        LittleEndian.putU32(bytes, bytes.length - 4, (int) crc.getValue());
        return bytes;
    }
}
