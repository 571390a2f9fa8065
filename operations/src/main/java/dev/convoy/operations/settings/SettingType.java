package dev.convoy.operations.settings;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What values a setting may have, and how they are written.
 *
 * @param allowed goes into the sentence "NAME must be …", e.g. {@code a whole number from 1 to 16}
 * @param parser empty when the text is not allowed; never throws
 * @param text how a value is written
 */
public record SettingType<T>(String allowed, Function<String, Optional<T>> parser, Function<T, String> text) {
    private static final Pattern REDIS_URI = Pattern.compile("(rediss?|redis-cluster|redis-sentinel)://\\S+");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    /** A whole number in these bounds, both included. */
    public static SettingType<Integer> number(int min, int max) {
        return new SettingType<>(
                "a whole number from " + min + " to " + max,
                text -> integer(text).filter(value -> value >= min && value <= max),
                String::valueOf);
    }

    /** One of a few numbers, in rising order. */
    public static SettingType<Integer> oneOf(int... values) {
        List<String> all = IntStream.of(values).mapToObj(String::valueOf).toList();
        return new SettingType<>(
                listed(all),
                text -> integer(text).filter(value -> IntStream.of(values).anyMatch(one -> one == value)),
                String::valueOf);
    }

    public static SettingType<Boolean> flag() {
        return new SettingType<>(
                "true or false",
                text -> text.equals("true") || text.equals("false")
                        ? Optional.of(text.equals("true"))
                        : Optional.empty(),
                String::valueOf);
    }

    /** A constant of an enum, written in lower case with dashes. */
    public static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
        List<E> all = List.of(type.getEnumConstants());
        return new SettingType<>(
                listed(all.stream().map(SettingType::word).toList()),
                text -> all.stream().filter(value -> word(value).equals(text)).findFirst(),
                SettingType::word);
    }

    /** Text of 1 to this many bytes of UTF-8. */
    public static SettingType<String> text(int bytesMax) {
        return new SettingType<>(
                "text of 1 to " + bytesMax + " bytes",
                text -> Optional.of(text).filter(value -> value.getBytes(StandardCharsets.UTF_8).length <= bytesMax),
                Function.identity());
    }

    /** Bytes in hexadecimal digits, exactly this many bytes. */
    public static SettingType<byte[]> hex(int bytes) {
        Pattern digits = Pattern.compile("[0-9a-fA-F]{" + 2 * bytes + "}");
        return new SettingType<>(
                2 * bytes + " hexadecimal digits",
                text -> digits.matcher(text).matches()
                        ? Optional.of(HexFormat.of().parseHex(text))
                        : Optional.empty(),
                HexFormat.of()::formatHex);
    }

    /** What can stand in an HTTP header: visible ASCII without blanks, long enough not to be guessed. */
    public static SettingType<String> bearerToken(int charactersMin, int charactersMax) {
        return new SettingType<>(
                charactersMin + " to " + charactersMax + " visible ASCII characters without blanks",
                text -> Optional.of(text)
                        .filter(value -> value.length() >= charactersMin && value.length() <= charactersMax)
                        .filter(value -> VISIBLE.matcher(value).matches()),
                Function.identity());
    }

    /** An IP address; the wildcard too. */
    public static SettingType<InetAddress> address() {
        return new SettingType<>("an IPv4 or IPv6 address", SettingType::ip, InetAddress::getHostAddress);
    }

    /** One IP address of this machine, by which others reach it: not the wildcard. */
    public static SettingType<InetAddress> ownAddress() {
        return new SettingType<>(
                "one IPv4 or IPv6 address of this machine, neither a name nor the wildcard",
                text -> ip(text).filter(address -> !address.isAnyLocalAddress()),
                InetAddress::getHostAddress);
    }

    /** Where a Redis is, in one of the forms that {@code docs/REDIS.md} lists. */
    public static SettingType<String> redisUri() {
        return new SettingType<>(
                "a redis://, rediss://, redis-cluster:// or redis-sentinel:// URI",
                text -> Optional.of(text)
                        .filter(value -> REDIS_URI.matcher(value).matches()),
                Function.identity());
    }

    private static Optional<InetAddress> ip(String text) {
        byte @Nullable [] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    private static Optional<Integer> integer(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException noNumber) {
            return Optional.empty();
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** "a, b or c". */
    private static String listed(List<String> words) {
        if (words.size() < 2) return String.join("", words);
        String before =
                Arrays.stream(words.toArray(String[]::new), 0, words.size() - 1).collect(Collectors.joining(", "));
        return before + " or " + words.get(words.size() - 1);
    }
}
