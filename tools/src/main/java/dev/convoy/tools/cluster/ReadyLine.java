package dev.convoy.tools.cluster;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line that a node or router prints to standard output when it is ready, e.g. {@code convoy-node
 * ready server-id=3 ports=41001,41002 pid=4711}.
 *
 * @param serverId the server id of a node; 0 for a router
 * @param port the public port of a router, the first inside port of a node
 */
record ReadyLine(int serverId, int port) {
    private static final Pattern NODE = Pattern.compile("convoy-node ready server-id=(\\d+) ports=(\\d+)[\\d,]* .*");
    private static final Pattern ROUTER = Pattern.compile("convoy-router ready port=(\\d+) .*");

    /** Empty when the line says something else. */
    static Optional<ReadyLine> parse(String line) {
        Matcher node = NODE.matcher(line);
        if (node.matches()) {
            return Optional.of(new ReadyLine(Integer.parseInt(node.group(1)), Integer.parseInt(node.group(2))));
        }
        Matcher router = ROUTER.matcher(line);
        if (router.matches()) return Optional.of(new ReadyLine(0, Integer.parseInt(router.group(1))));
        return Optional.empty();
    }
}
