package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.protocol.handshake.Cookies.Check;
import dev.convoy.protocol.wire.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CookiesTest {
    private static final byte[] SECRET = new byte[32];
    private static final byte[] ADDRESS = {4, 0, 57, 48, (byte) 192, 0, 2, 1};
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final long ATTEMPT = 0x1122334455667788L;

    private final Cookies cookies = new Cookies(SECRET);

    @Test
    void aCookieIsGoodForHalfAMinuteOnEveryMachineOfTheCluster() {
        byte[] cookie = cookies.make(ADDRESS, ATTEMPT, NOW_MS);
        assertThat(cookie).hasSize(24);
        Cookies elsewhere = new Cookies(SECRET);
        assertThat(elsewhere.check(cookie, ADDRESS, ATTEMPT, NOW_MS)).isEqualTo(Check.VALID);
        assertThat(elsewhere.check(cookie, ADDRESS, ATTEMPT, NOW_MS - 5_000)).isEqualTo(Check.VALID);
        assertThat(elsewhere.check(cookie, ADDRESS, ATTEMPT, NOW_MS + 29_999)).isEqualTo(Check.VALID);
        assertThat(elsewhere.check(cookie, ADDRESS, ATTEMPT, NOW_MS + 30_000)).isEqualTo(Check.EXPIRED);
        assertThat(elsewhere.check(cookie, ADDRESS, ATTEMPT, NOW_MS - 6_000)).isEqualTo(Check.EXPIRED);
    }

    @Test
    void aCookieOutlivesTheEndOfItsKeysPeriod() {
        long endMs = (NOW_MS / 3_600_000 + 1) * 3_600_000;
        byte[] old = cookies.make(ADDRESS, ATTEMPT, endMs - 1_000);
        byte[] young = cookies.make(ADDRESS, ATTEMPT, endMs);
        assertThat(LittleEndian.u32(old, 4)).isNotEqualTo(LittleEndian.u32(young, 4));
        for (int i = 0; i < 3; i++) {
            assertThat(cookies.check(old, ADDRESS, ATTEMPT, endMs + 20_000)).isEqualTo(Check.VALID);
            assertThat(cookies.check(young, ADDRESS, ATTEMPT, endMs + 20_000)).isEqualTo(Check.VALID);
        }
    }

    /** Written down again, from the document, with nothing of the code under test. */
    @Test
    void theCookieIsTheOneOfTheDocument() throws Exception {
        for (long nowMs : new long[] {NOW_MS, NOW_MS + 3_600_000, NOW_MS + 7_200_000}) {
            byte[] clear = new byte[8];
            LittleEndian.putU32(clear, 0, (int) (nowMs / 1000));
            LittleEndian.putU32(clear, 4, (int) (nowMs / 1000 / 3600));
            byte[] label = "convoy cookie".getBytes(StandardCharsets.US_ASCII);
            byte[] key = hmac(SECRET, label, Arrays.copyOfRange(clear, 4, 8));
            byte[] attempt = new byte[8];
            LittleEndian.putU64(attempt, 0, ATTEMPT);
            byte[] tag = hmac(key, clear, attempt, ADDRESS);
            byte[] cookie = cookies.make(ADDRESS, ATTEMPT, nowMs);
            assertThat(Arrays.copyOf(cookie, 8)).isEqualTo(clear);
            assertThat(Arrays.copyOfRange(cookie, 8, 24)).isEqualTo(Arrays.copyOf(tag, 16));
        }
    }

    @Test
    void aCookieIsOfOneAddressAndOneAttempt() {
        byte[] cookie = cookies.make(ADDRESS, ATTEMPT, NOW_MS);
        for (int bit = 0; bit < ADDRESS.length * 8; bit++) {
            byte[] other = ADDRESS.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(cookies.check(cookie, other, ATTEMPT, NOW_MS)).isEqualTo(Check.FORGED);
        }
        for (int bit = 0; bit < 64; bit++)
            assertThat(cookies.check(cookie, ADDRESS, ATTEMPT ^ 1L << bit, NOW_MS))
                    .isEqualTo(Check.FORGED);
        byte[] secret = SECRET.clone();
        secret[31] = 1;
        assertThat(new Cookies(secret).check(cookie, ADDRESS, ATTEMPT, NOW_MS)).isEqualTo(Check.FORGED);
    }

    @Test
    void anAlteredOrCutCookieIsNotGood() {
        byte[] cookie = cookies.make(ADDRESS, ATTEMPT, NOW_MS);
        for (int bit = 0; bit < cookie.length * 8; bit++) {
            byte[] altered = cookie.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(cookies.check(altered, ADDRESS, ATTEMPT, NOW_MS)).isNotEqualTo(Check.VALID);
        }
        for (int length = 0; length < 40; length++)
            if (length != Cookies.BYTES)
                assertThat(cookies.check(Arrays.copyOf(cookie, length), ADDRESS, ATTEMPT, NOW_MS))
                        .isEqualTo(Check.MISSING);
    }

    @Test
    void aYoungerTimeOnAnOldCookieIsForged() {
        byte[] cookie = cookies.make(ADDRESS, ATTEMPT, NOW_MS);
        LittleEndian.putU32(cookie, 0, (int) (NOW_MS / 1000 + 40));
        LittleEndian.putU32(cookie, 4, (int) ((NOW_MS / 1000 + 40) / Cookies.PERIOD_SECONDS));
        assertThat(cookies.check(cookie, ADDRESS, ATTEMPT, NOW_MS + 40_000)).isEqualTo(Check.FORGED);
    }

    @Test
    void guessesAreNotGood() {
        Random random = new Random(4);
        byte[] guess = new byte[Cookies.BYTES];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(guess);
            if (i % 2 == 0) {
                LittleEndian.putU32(guess, 0, (int) (NOW_MS / 1000 - random.nextInt(30)));
                LittleEndian.putU32(guess, 4, (int) (NOW_MS / 1000 / Cookies.PERIOD_SECONDS));
            }
            assertThat(cookies.check(guess, ADDRESS, ATTEMPT, NOW_MS)).isNotEqualTo(Check.VALID);
        }
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (byte[] part : parts) mac.update(part);
        return mac.doFinal();
    }
}
