package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.wire.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Reconnect tokens and reset tokens: vectors, and what they depend on. */
class TokensTest {
    private static final byte[] KEY = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk".getBytes(StandardCharsets.US_ASCII);
    private static final long ATTEMPT = 0x1122334455667788L;

    private final SessionId session = SessionId.parse("0807060504030201100f0e0d0c0b0a09");
    private final ReconnectToken token = ReconnectToken.of(
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

    @Test
    void aServerKeepsTheSha256() {
        assertThat(token.hash()).isEqualTo("630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd");
    }

    @Test
    void theNextTokenIsTheseBytes() {
        assertThat(HexFormat.of()
                        .formatHex(token.successor(KEY, session, ATTEMPT).toBytes()))
                .isEqualTo("419bfe046a0351a2a4c89ec38ee4b3faa576d27399f1384472c6c686daa99f83");
    }

    @Test
    void theNextTokenFollowsFromEverythingThatItDependsOn() {
        ReconnectToken next = token.successor(KEY, session, ATTEMPT);
        byte[] otherKey = KEY.clone();
        otherKey[31] ^= 1;
        byte[] otherSecret = token.toBytes();
        otherSecret[0] ^= 1;
        assertThat(token.successor(KEY.clone(), session, ATTEMPT)).isEqualTo(next);
        assertThat(token.successor(KEY, session, ATTEMPT + 1)).isNotEqualTo(next);
        assertThat(token.successor(KEY, new SessionId(session.high(), session.low() + 1), ATTEMPT))
                .isNotEqualTo(next);
        assertThat(token.successor(otherKey, session, ATTEMPT)).isNotEqualTo(next);
        assertThat(ReconnectToken.of(otherSecret).successor(KEY, session, ATTEMPT))
                .isNotEqualTo(next);
        assertThat(next).isNotEqualTo(token);
    }

    @Test
    void aTokenIsNotChangedFromOutside() {
        byte[] bytes = token.toBytes();
        bytes[0] = 99;
        assertThat(token.toBytes()[0]).isZero();
        assertThatThrownBy(() -> ReconnectToken.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aResetTokenIsTheseBytesAndFollowsFromConvEpochAndKey() {
        byte[] reset = ResetToken.of(KEY, Samples.CONV, 3);
        assertThat(HexFormat.of().formatHex(reset)).isEqualTo("d562ed07b4b4a20d3de69986a95ee6dd");
        assertThat(ResetToken.of(KEY, Samples.CONV + 1, 3)).isNotEqualTo(reset);
        assertThat(ResetToken.of(KEY, Samples.CONV, 4)).isNotEqualTo(reset);
        assertThat(ResetToken.of(new byte[32], Samples.CONV, 3)).isNotEqualTo(reset);
    }
}
