package dev.convoy.operations.settings;

import java.net.InetAddress;

/** The settings that nodes and routers have in common. */
public final class ProcessSettings {
    private static final int KEY_BYTES = 32;
    private static final int PORT_MAX = 65_535;
    private static final int PATH_BYTES_MAX = 4_096;
    private static final int TOKEN_CHARACTERS_MIN = 16;
    private static final int TOKEN_CHARACTERS_MAX = 256;

    public static final Setting<String> CONFIG = Setting.of(
                    "CONVOY_CONFIG",
                    SettingType.text(PATH_BYTES_MAX),
                    "A file of settings, one a line: `NAME=value` or `NAME: value`.")
            .orNone("no file");

    public static final Setting<String> REDIS_URI = Setting.of(
                    "CONVOY_REDIS_URI",
                    SettingType.redisUri(),
                    "The Redis that all processes of the cluster share; a Cluster and Sentinels too, see REDIS.md.")
            .or("redis://127.0.0.1:6379")
            .withPasswordInside();

    public static final Setting<byte[]> RESET_KEY = Setting.of(
                    "CONVOY_RESET_KEY",
                    SettingType.hex(KEY_BYTES),
                    "The key that proves to a client that its conversation is gone: random, and the same on every node"
                            + " and router; without it a client notices by the silence.")
            .orNone("no resets")
            .secret();

    public static final Setting<InetAddress> ADMIN_HOST = Setting.of(
                    "CONVOY_ADMIN_HOST",
                    SettingType.address(),
                    "The address that the admin HTTP server listens at: never the public one.")
            .or("127.0.0.1", settings -> InetAddress.getLoopbackAddress());

    public static final Setting<Integer> ADMIN_PORT = Setting.of(
                    "CONVOY_ADMIN_PORT",
                    SettingType.number(0, PORT_MAX),
                    "The TCP port of the admin HTTP server (health, metrics, admin calls); 0 = any free one, told in the"
                            + " ready line.")
            .orNone("no admin server");

    public static final Setting<String> ADMIN_TOKEN = Setting.of(
                    "CONVOY_ADMIN_TOKEN",
                    SettingType.bearerToken(TOKEN_CHARACTERS_MIN, TOKEN_CHARACTERS_MAX),
                    "What an admin call under /v1 presents as `Authorization: Bearer …`; the same on every process.")
            .orNone("no calls under /v1")
            .secret();

    public static final Setting<Boolean> DIE_WITH_PARENT = Setting.of(
                    "CONVOY_DIE_WITH_PARENT",
                    SettingType.flag(),
                    "End at once when standard input ends: for a process whose parent keeps a pipe to it.")
            .or(false);

    private ProcessSettings() {}
}
