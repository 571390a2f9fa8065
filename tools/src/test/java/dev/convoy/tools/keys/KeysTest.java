package dev.convoy.tools.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeysTest {
    @TempDir
    private Path folder;

    @Test
    void secretsAreTheirOwnersAloneAndThePublicKeyIsTheirs() throws IOException {
        Path keys = folder.resolve("keys");
        assertThat(new CommandLine(new KeygenCommand()).execute("--dir", keys.toString()))
                .isZero();
        for (String name : List.of("cluster.key", "token.key", "reset.key", "admin.token")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        ClusterKeyPair pair = ClusterKeyPair.parse(Files.readString(keys.resolve("cluster.key")));
        assertThat(Files.readString(keys.resolve("cluster.pub")).strip())
                .isEqualTo(pair.publicKey().toHex());
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        ClusterKeys.random().writeNew(folder);
        String before = Files.readString(folder.resolve("cluster.key"));
        assertThatThrownBy(() -> ClusterKeys.random().writeNew(folder)).hasMessageContaining("not overwritten");
        assertThat(Files.readString(folder.resolve("cluster.key"))).isEqualTo(before);
        Files.delete(folder.resolve("cluster.key"));
        assertThatThrownBy(() -> ClusterKeys.random().writeNew(folder)).hasMessageContaining("not overwritten");
        assertThat(folder.resolve("cluster.key")).doesNotExist();
    }

    @Test
    void keysAreFoundAgain() {
        ClusterKeys made = ClusterKeys.openOrMake(folder);
        ClusterKeys found = ClusterKeys.openOrMake(folder);
        assertThat(found.pair().publicKey()).isEqualTo(made.pair().publicKey());
        assertThat(found.tokenKey()).isEqualTo(made.tokenKey()).hasSize(64);
        assertThat(found.adminToken()).isEqualTo(made.adminToken());
        assertThat(found.toString())
                .doesNotContain(made.tokenKey())
                .doesNotContain(made.pair().privateHex());
    }

    @Test
    void aClientFindsItsServersKeyOrIsToldWhatIsMissing() {
        ClusterKeys keys = ClusterKeys.openOrMake(folder);
        String hex = keys.pair().publicKey().toHex();
        assertThatCode(() -> options().client(Map.of("CONVOY_CLUSTER_PUBLIC_KEY", hex)))
                .doesNotThrowAnyException();
        String file = folder.resolve("cluster.pub").toString();
        assertThatCode(() -> options().client(Map.of("CONVOY_CLUSTER_PUBLIC_KEY_FILE", file)))
                .doesNotThrowAnyException();
        assertThatCode(() -> options("--server-key", file).client(Map.of())).doesNotThrowAnyException();
        assertThatCode(() -> options("--plain").client(Map.of())).doesNotThrowAnyException();
        assertThatThrownBy(() -> options("--server-key", "x").client(Map.of())).hasMessageContaining("64 hex digits");
        assertThatThrownBy(() -> options("--server-key", hex, "--plain").client(Map.of()))
                .hasMessage("--plain and --server-key do not go together.");
    }

    private static SecurityOptions options(String... arguments) {
        SecurityOptions options = new SecurityOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }
}
