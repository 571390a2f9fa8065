package dev.convoy.protocol.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeptConvTest {
    private static final KeptConv KEPT =
            new KeptConv(0x2A000017, 1_700_000_000_000L, "0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    @Test
    void whatWasStoredComesBack() {
        assertThat(KeptConv.parse(KEPT.encode())).isEqualTo(KEPT);
        assertThat(KEPT.serverId()).isEqualTo(0x2A);
        assertThat(KEPT.isExpired(1_700_000_000_000L)).isTrue();
        assertThat(KEPT.isExpired(1_699_999_999_999L)).isFalse();
        KeptConv bare = new KeptConv(1 << 24, 0, new byte[0]);
        assertThat(KeptConv.parse(bare.encode())).isEqualTo(bare);
    }

    @Test
    void aCutOrDamagedFormIsNull() {
        byte[] stored = KEPT.encode();
        for (int length = 0; length < stored.length; length++)
            assertThat(KeptConv.parse(Arrays.copyOf(stored, length))).isNull();
        assertThat(KeptConv.parse(Arrays.copyOf(stored, stored.length + 1))).isNull();
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] damaged = stored.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(KeptConv.parse(damaged)).isNull();
        }
    }

    @Test
    void theTokenIsNotShown() {
        assertThat(KEPT.toString()).contains("2a000017").doesNotContain("0123");
    }

    @Test
    void onlyAConvIsKept() {
        assertThatThrownBy(() -> new KeptConv(0x4B435031, 0, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeptConv(1 << 24, 0, new byte[65])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNamedUuidIsTheOneOfTheStandard() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        UUID named = UuidConv.named(dns, "www.example.com".getBytes(StandardCharsets.UTF_8));
        assertThat(named).hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2"); // RFC 9562, appendix A.4
        assertThat(UuidConv.of(named)).isEqualTo(UuidConv.of(named));
        assertThat(UuidConv.random(new java.util.Random(1)).version()).isEqualTo(4);
        assertThat(UuidConv.random(new java.util.Random(1)).variant()).isEqualTo(2);
    }
}
