package dev.convoy.tools.cluster;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line that a node or router prints to standard output when it is ready, e.g. {@code convoy-node
 * ready server-id=3 ports=41001,41002 admin=127.0.0.1:9000 pid=4711}.
 *
 * @param serverId the server id of a node; 0 for a router
 * @param port the public port of a router, the first inside port of a node
 * @param admin {@code host:port} of the admin server; empty when there is none
 */
record ReadyLine(int serverId, int port, String admin) {
    private static final Pattern NODE = Pattern.compile("convoy-node ready server-id=(\\d+) ports=(\\d+)[\\d,]* .*");
    private static final Pattern ROUTER = Pattern.compile("convoy-router ready port=(\\d+) .*");

    private static final Pattern ADMIN = Pattern.compile(" admin=(\\S+)");

    /** Empty when the line says something else. */
    static Optional<ReadyLine> parse(String line) {
        Matcher node = NODE.matcher(line);
        if (node.matches()) {
            return Optional.of(
                    new ReadyLine(Integer.parseInt(node.group(1)), Integer.parseInt(node.group(2)), admin(line)));
        }
        Matcher router = ROUTER.matcher(line);
        if (router.matches()) return Optional.of(new ReadyLine(0, Integer.parseInt(router.group(1)), admin(line)));
        return Optional.empty();
    }

    private static String admin(String line) {
        Matcher admin = ADMIN.matcher(line);
        return admin.find() ? admin.group(1) : "";
    }
}
