package dev.convoy.operations.http;

import dev.convoy.operations.settings.ProcessSettings;
import dev.convoy.operations.settings.Settings;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where the admin server listens, and whom it obeys.
 *
 * @param port 0 = any free one
 * @param token what calls under {@code /v1} present; empty: there are none
 */
public record AdminSettings(InetAddress host, int port, Optional<String> token) {
    /** Empty when the process is to have no admin server. */
    public static Optional<AdminSettings> from(Settings settings) {
        return settings.find(ProcessSettings.ADMIN_PORT)
                .map(port -> new AdminSettings(
                        settings.get(ProcessSettings.ADMIN_HOST), port, settings.find(ProcessSettings.ADMIN_TOKEN)));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "AdminSettings(" + host.getHostAddress() + ":" + port + ")";
    }
}
