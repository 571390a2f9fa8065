package dev.convoy.tools.load;

import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.keys.SecurityOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;

/**
 * What load to make. Checked when made: whatever cannot be done is refused in one sentence.
 *
 * @param players each with a session and a UDP port of its own
 * @param playersPerRoom of one room, whose sessions live on one event loop of one node
 * @param ratePerSecond messages per second and player
 * @param sizeBytes of a message, its number of 8 bytes included
 * @param seconds that are measured, after everybody has joined
 * @param rampSeconds over which the players join and begin to send; not measured
 * @param loops event loops of the generator
 */
record LoadSettings(
        List<SocketAddress> servers,
        RoomKind room,
        int players,
        int playersPerRoom,
        int ratePerSecond,
        int sizeBytes,
        int seconds,
        int rampSeconds,
        int loops,
        String name,
        SecurityOptions security) {
    /** Of one address: its UDP ports. */
    static final int PLAYERS_MAX = 20_000;

    static final int RATE_PER_SECOND_MAX = 1_000;
    static final int SIZE_BYTES_MIN = 8;
    static final int SIZE_BYTES_MAX = 16_384;
    static final int SECONDS_MAX = 86_400;
    static final int RAMP_SECONDS_MAX = 3_600;
    static final int LOOPS_MAX = 64;

    LoadSettings {
        servers = List.copyOf(servers);
        requireBetween("--players", players, 1, PLAYERS_MAX);
        requireBetween("--players-per-room", playersPerRoom, 1, PLAYERS_MAX);
        requireBetween("--rate", ratePerSecond, 1, RATE_PER_SECOND_MAX);
        requireBetween("--size", sizeBytes, SIZE_BYTES_MIN, SIZE_BYTES_MAX);
        requireBetween("--seconds", seconds, 1, SECONDS_MAX);
        requireBetween("--ramp", rampSeconds, 0, RAMP_SECONDS_MAX);
        requireBetween("--loops", loops, 1, LOOPS_MAX);
    }

    private static void requireBetween(String option, int value, int min, int max) {
        if (value >= min && value <= max) return;
        throw CommandFailure.usage(option + " must be between " + min + " and " + max + ", not " + value + ".");
    }

    long intervalNanos() {
        return 1_000_000_000L / ratePerSecond;
    }

    /** Messages per second of everybody. */
    long offeredPerSecond() {
        return (long) players * ratePerSecond;
    }

    String user(int player) {
        return name + "-" + player;
    }

    String roomId(int player) {
        return name + "-" + player / playersPerRoom;
    }
}
