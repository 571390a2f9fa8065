package dev.convoy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.operations.settings.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator may set, and what they are told when it is wrong. */
class NodeSettingsTest {
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
    private static final Map<String, String> KEYS =
            Map.of("CONVOY_TOKEN_KEY", KEY, "CONVOY_CLUSTER_KEY", KEY, "CONVOY_AUTH", "anonymous");

    @Test
    void theKeysAloneAreEnough() {
        NodeSettings settings = NodeSettings.from(Sources.of(KEYS));
        assertThat(settings.shards()).isEqualTo(1);
        assertThat(settings.isPlainAllowed()).isFalse();
        assertThat(settings.clusterKey()).hasSize(32);
        assertThat(settings.keyPair()).isNotNull();
        assertThat(settings.resetKey()).isNull();
        assertThat(settings.toString()).doesNotContain("0011");
    }

    @Test
    void aNodeWithoutAClusterKeyRefusesToStartUnlessItIsToBePlain() {
        Map<String, String> environment = new HashMap<>(KEYS);
        environment.remove("CONVOY_CLUSTER_KEY");
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(environment)))
                .hasMessage(
                        "CONVOY_CLUSTER_KEY is missing: give the node the key that './convoy keygen' makes, or allow"
                                + " sessions without encryption by CONVOY_PLAIN=true.");
        environment.put("CONVOY_PLAIN", "true");
        assertThat(NodeSettings.from(Sources.of(environment)).keyPair()).isNull();
    }

    @Test
    void keysAreReadFromFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("cluster.key"), KEY + "\n");
        Map<String, String> environment =
                Map.of("CONVOY_TOKEN_KEY", KEY, "CONVOY_AUTH", "anonymous", "CONVOY_CLUSTER_KEY_FILE", file.toString());
        assertThat(NodeSettings.from(Sources.of(environment)).keyPair()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"0, '', 1", "73, '', 74", "74, '', 76", "252, '', 254", "3, 0, 4", "3, 9, 9", "'', 9, 9", "'', '', 0"})
    void anOrdinalIsAWishForAServerIdUnlessOneIsNamed(String ordinal, String serverId, int wish) {
        Map<String, String> environment = new HashMap<>(KEYS);
        environment.put("CONVOY_NODE_ORDINAL", ordinal);
        environment.put("CONVOY_NODE_SERVER_ID", serverId);
        assertThat(NodeSettings.from(Sources.of(environment)).serverIdWish()).isEqualTo(wish);
    }

    @ParameterizedTest
    @CsvSource({
        "CONVOY_NODE_ORDINAL, 253, 'CONVOY_NODE_ORDINAL must be a whole number from 0 to 252, not ''253''.'",
        "CONVOY_NODE_SHARDS, 3, 'CONVOY_NODE_SHARDS must be 1, 2, 4, 8 or 16, not ''3''.'",
        "CONVOY_NODE_SHARDS, 32, 'CONVOY_NODE_SHARDS must be 1, 2, 4, 8 or 16, not ''32''.'",
        "CONVOY_NODE_SHARDS, many, 'CONVOY_NODE_SHARDS must be 1, 2, 4, 8 or 16, not ''many''.'",
        "CONVOY_NODE_SERVER_ID, 255, 'CONVOY_NODE_SERVER_ID must be a whole number from 0 to 254, not ''255''.'",
        "CONVOY_NODE_PORTS, 65535, 'CONVOY_NODE_PORTS must be a whole number from 0 to 65519, not ''65535''.'",
        "CONVOY_LEASE_TTL_MS, 10, 'CONVOY_LEASE_TTL_MS must be a whole number from 200 to 600000, not ''10''.'",
        "CONVOY_WINDOW_MS, -1, 'CONVOY_WINDOW_MS must be a whole number from 1000 to 86400000, not ''-1''.'",
        "CONVOY_PLAIN, yes, 'CONVOY_PLAIN must be true or false, not ''yes''.'",
        "CONVOY_NODE_HOST, 0.0.0.0, 'CONVOY_NODE_HOST must be one IPv4 or IPv6 address of this machine, neither a name nor"
                + " the wildcard, not ''0.0.0.0''.'",
    })
    void aWrongSettingIsNamedInOneSentence(String name, String value, String sentence) {
        Map<String, String> environment = new HashMap<>(KEYS);
        environment.put(name, value);
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(environment)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void theKeyIsNotRepeatedInTheComplaintAboutIt() {
        String wrong = KEY.replace('A', 'X');
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(Map.of("CONVOY_TOKEN_KEY", wrong))))
                .hasMessageContaining("64 hexadecimal digits")
                .message()
                .doesNotContain(wrong);
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(Map.of()))).hasMessageContaining("CONVOY_TOKEN_KEY");
    }

    @Test
    void anybodyUnderAnyNameHasToBeSwitchedOn() {
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(Map.of("CONVOY_TOKEN_KEY", KEY))))
                .hasMessage("CONVOY_AUTH is jwt and needs CONVOY_JWT_SECRET or CONVOY_JWT_JWKS;"
                        + " CONVOY_AUTH=anonymous would believe every name.");
        Map<String, String> weak = Map.of("CONVOY_TOKEN_KEY", KEY, "CONVOY_JWT_SECRET", "too short");
        assertThatThrownBy(() -> NodeSettings.from(Sources.of(weak)))
                .hasMessage("CONVOY_JWT_SECRET must have at least 32 bytes.");
    }
}
