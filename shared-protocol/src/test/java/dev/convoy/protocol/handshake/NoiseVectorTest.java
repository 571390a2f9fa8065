package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published vectors of Noise_NK_25519_AESGCM_SHA256, byte for byte, in both roles; sources in resources/noise. */
class NoiseVectorTest {
    @ParameterizedTest
    @MethodSource("vectors")
    void bothRolesSpeakAsPublished(Map<String, String> vector) throws Exception {
        byte[] prologue = hex(vector, "prologue");
        ClusterKeyPair server = ClusterKeyPair.of(hex(vector, "resp_static"));
        if (vector.containsKey("init_remote_static"))
            assertThat(server.publicKey().toHex()).isEqualTo(vector.get("init_remote_static"));

        NoiseInitiator client = new NoiseInitiator(
                server.publicKey(), prologue, hex(vector, "msg_0_payload"), hex(vector, "gen_init_ephemeral"));
        assertThat(client.request()).isEqualTo(hex(vector, "msg_0_ciphertext"));

        NoiseRequest request = NoiseResponder.read(server, prologue, hex(vector, "msg_0_ciphertext"));
        assertThat(request).isInstanceOf(NoiseResponder.class);
        NoiseResponder responder = (NoiseResponder) request;
        assertThat(responder.payload()).isEqualTo(hex(vector, "msg_0_payload"));
        NoiseResponder.Reply reply = responder.answer(hex(vector, "msg_1_payload"), hex(vector, "gen_resp_ephemeral"));
        assertThat(reply.message()).isEqualTo(hex(vector, "msg_1_ciphertext"));

        NoiseAnswer answer = client.read(reply.message());
        assertThat(answer).isInstanceOf(NoiseAnswer.Finished.class);
        NoiseAnswer.Finished finished = (NoiseAnswer.Finished) answer;
        assertThat(finished.payload()).isEqualTo(hex(vector, "msg_1_payload"));
        assertThatTransportIsAsPublished(vector, finished.keys(), reply.keys());
    }

    private static void assertThatTransportIsAsPublished(
            Map<String, String> vector, TransportKeys client, TransportKeys server) throws Exception {
        assertThat(client.send()).isEqualTo(server.receive());
        assertThat(client.receive()).isEqualTo(server.send());
        assertThat(client.handshakeHash()).isEqualTo(server.handshakeHash());
        if (vector.containsKey("handshake_hash"))
            assertThat(client.handshakeHash()).isEqualTo(hex(vector, "handshake_hash"));
        int messages = 0;
        for (int i = 2; vector.containsKey("msg_" + i + "_payload"); i++, messages++) {
            byte[] key = i % 2 == 0 ? client.send() : server.send();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            byte[] nonce = new byte[12];
            nonce[11] = (byte) ((i - 2) / 2);
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            assertThat(cipher.doFinal(hex(vector, "msg_" + i + "_payload")))
                    .isEqualTo(hex(vector, "msg_" + i + "_ciphertext"));
        }
        assertThat(messages).isGreaterThanOrEqualTo(2);
    }

    static List<Map<String, String>> vectors() throws IOException {
        List<Map<String, String>> vectors = new ArrayList<>();
        for (String file : List.of("cacophony.txt", "flynn.txt", "noise-c.txt"))
            for (String block : text("/noise/" + file).strip().split("\n\n", -1)) {
                Map<String, String> vector = new LinkedHashMap<>();
                for (String line : block.split("\n", -1)) {
                    int equals = line.indexOf('=');
                    vector.put(line.substring(0, equals), line.substring(equals + 1));
                }
                vectors.add(vector);
            }
        assertThat(vectors).hasSize(6);
        return vectors;
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(NoiseVectorTest.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] hex(Map<String, String> vector, String key) {
        return HexFormat.of().parseHex(vector.getOrDefault(key, ""));
    }
}
