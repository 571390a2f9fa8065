package dev.convoy.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.protocol.sim.Seeds;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What stands inside the control datagrams. */
class RecordsTest {
    private static final int SEEDS = 500;
    private static final int MUTATIONS = 200;

    @Test
    void everyRecordComesBackAndNoPartOfOneDoes() {
        Seeds.run(SEEDS, seed -> {
            Samples samples = new Samples(seed);
            ConnectRequest connect = new ConnectRequest(samples.join());
            check(connect, connect.encode(), ConnectRequest::parse);
            ReconnectRequest reconnect = samples.reconnect();
            check(reconnect, reconnect.encode(), ReconnectRequest::parse);
            check(samples.accepted(), Answer::parseAccept);
            check(samples.resumed(), Answer::parseResumed);
            Refused refused = samples.refused();
            check(refused, Answer::parseAccept);
            check(refused, Answer::parseResumed);
            Redirect redirect = samples.redirect();
            check(redirect, redirect.encode(), payload -> Redirect.parse(redirectEnvelope(redirect, payload)));
        });
    }

    @Test
    void noBytesMakeAParserThrow() {
        Seeds.run(SEEDS, seed -> {
            Samples samples = new Samples(~seed);
            byte[][] records = {
                samples.reconnect().encode(), samples.accepted().encode(),
                        samples.resumed().encode(),
                samples.refused().encode(), new ConnectRequest(samples.join()).encode(), samples.bytes(200)
            };
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutated = records[i % records.length].clone();
                byte[] chance = samples.bytes(4);
                mutated[(chance[0] & 0xFF) % mutated.length] = chance[1];
                mutated[(chance[2] & 0xFF) % mutated.length] ^= (byte) (1 << (chance[3] & 7));
                ConnectRequest.parse(mutated);
                ReconnectRequest.parse(mutated);
                Answer.parseAccept(mutated);
                Answer.parseResumed(mutated);
            }
        });
    }

    @Test
    void somebodyWithoutANameIsNobody() {
        JoinRequest nameless = new JoinRequest("", new byte[0], "", "room", "", new byte[0]);
        assertThat(ConnectRequest.parse(new ConnectRequest(nameless).encode())).isNull();
    }

    @Test
    void aReturnNamesItsRoom() {
        ReconnectRequest sample = new Samples(1).reconnect();
        JoinRequest roomless = new JoinRequest("ann", new byte[0], "", "", "", new byte[0]);
        ReconnectRequest request = new ReconnectRequest(sample.session(), sample.token(), 1, 1, 1, roomless);
        assertThat(ReconnectRequest.parse(request.encode())).isNull();
    }

    @Test
    void negativeNumbersAreNone() {
        byte[] reconnect = new Samples(1).reconnect().encode();
        reconnect[16 + 32 + 4 + 7] = -1;
        assertThat(ReconnectRequest.parse(reconnect)).as("generation").isNull();
        byte[] refused = Refused.until(ErrorCode.RETRY_LATER, 1).encode();
        LittleEndian.putU32(refused, 2, -1);
        assertThat(Answer.parseAccept(refused)).as("retry after").isNull();
        byte[] resumed = new Samples(1).resumed().encode();
        resumed[resumed.length - 2] = -1;
        assertThat(Answer.parseResumed(resumed)).as("received").isNull();
    }

    @Test
    void whatANodeWouldDropIsRefusedWhereItIsMade() {
        byte[] none = new byte[0];
        assertRefused("the user", () -> new JoinRequest("u".repeat(65), none, "", "", "", none));
        assertRefused("the user", () -> new JoinRequest("a\nb", none, "", "", "", none));
        assertRefused("the credential", () -> new JoinRequest("u", new byte[601], "", "", "", none));
        assertRefused("the room type", () -> new JoinRequest("u", none, "t".repeat(33), "", "", none));
        assertRefused("the room id", () -> new JoinRequest("u", none, "", "房".repeat(22), "", none));
        assertRefused("the password", () -> new JoinRequest("u", none, "", "", "p".repeat(65), none));
        assertRefused("the options", () -> new JoinRequest("u", none, "", "", "", new byte[129]));
        Accepted accepted = new Samples(1).accepted();
        assertRefused("the player id", () -> new Accepted(accepted.grant(), accepted.session(), "", "p".repeat(65)));
    }

    @Test
    void aRefusalOfAnyLengthCanBeRead() {
        Refused refused = Refused.because(ErrorCode.ROOM_TYPE_UNKNOWN, "有:\n" + "房间, ".repeat(100));
        assertThat(Answer.parseAccept(refused.encode())).isEqualTo(refused);
        assertThat(refused.detail()).startsWith("有: 房间").hasSizeBetween(70, 160);
    }

    @Test
    void noSecretIsEverShown() {
        JoinRequest join = new JoinRequest("ann", bytesOf('C', 40), "echo", "room-1", "P4ssw0rd", new byte[1]);
        ReconnectToken token = ReconnectToken.of(bytesOf('T', 32));
        Grant grant = new Grant(Samples.CONV, token, bytesOf('R', 16), 7, 30_000);
        ReconnectRequest sample = new Samples(1).reconnect();
        ReconnectRequest reconnect = new ReconnectRequest(sample.session(), token, 1, 2, 3, join);
        Envelope envelope = new Samples(1).request(ControlType.RECONNECT, reconnect.encode());
        Object[] shown = {
            join,
            token,
            grant,
            reconnect,
            new ConnectRequest(join),
            envelope,
            new Accepted(grant, sample.session(), "room-1", "p1"),
            new Resumed(grant, 1, Resumed.Place.RESTORED)
        };
        for (Object object : shown) {
            // As text, as numbers and as hex digits.
            assertThat(object.toString())
                    .doesNotContain("CCC", "TTT", "RRR", "P4ssw0rd", "67, 67", "84, 84", "82, 82", "5454", "5252");
        }
    }

    private static void check(Answer answer, Function<byte[], @Nullable Answer> parse) {
        check(answer, answer.encode(), parse);
    }

    private static <T> void check(T record, byte[] bytes, Function<byte[], ? extends @Nullable Object> parse) {
        assertThat(parse.apply(bytes)).isEqualTo(record);
        for (int length = 0; length < bytes.length; length++) {
            if (parse.apply(Arrays.copyOf(bytes, length)) != null) throw new AssertionError(record + " of " + length);
        }
        assertThat(parse.apply(Arrays.copyOf(bytes, bytes.length + 3)))
                .as("a newer peer may say more")
                .isEqualTo(record);
    }

    private static Envelope redirectEnvelope(Redirect redirect, byte[] payload) {
        return Envelope.request(ControlType.REDIRECT, redirect.serverId(), 0, 0, 0, payload);
    }

    private static void assertRefused(String name, Runnable make) {
        assertThatThrownBy(make::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    private static byte[] bytesOf(char letter, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) letter);
        return bytes;
    }
}
