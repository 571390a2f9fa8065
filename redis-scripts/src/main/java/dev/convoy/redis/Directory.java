package dev.convoy.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The routers' list of nodes. It is derived from the leases and repaired by every renewal, so nothing is decided by it but
 * where a datagram goes.
 */
public final class Directory {
    private static final Script PUBLISH = Script.load("directory/publish");
    private static final Script REMOVE = Script.load("directory/remove");
    private static final Script READ = Script.load("directory/read");

    private final Steps steps;

    Directory(Steps steps) {
        this.steps = steps;
    }

    /** Writes a node's row; false if there is one of a newer epoch. */
    public CompletionStage<Boolean> publish(NodeRow row) {
        Args args = new Args()
                .add(ServerIds.check(row.serverId()))
                .add(row.epoch())
                .add(row.ttlMs())
                .add(encode(row));
        return steps.run(PUBLISH, List.of(Keys.NODES), args)
                .thenApply(reply -> reply.code().equals("PUBLISHED"));
    }

    /** Removes a node's row; false if there is one of another epoch. */
    public CompletionStage<Boolean> remove(int serverId, long epoch) {
        Args args = new Args().add(serverId).add(epoch);
        return steps.run(REMOVE, List.of(Keys.NODES), args)
                .thenApply(reply -> reply.code().equals("REMOVED"));
    }

    /** The rows whose time has not run out by Redis' clock. */
    public CompletionStage<List<NodeRow>> read() {
        return steps.run(READ, List.of(Keys.NODES), new Args()).thenApply(reply -> {
            List<NodeRow> rows = new ArrayList<>();
            for (int i = 1; i < reply.size(); i++) {
                Reply row = reply.list(i);
                rows.add(decode((int) row.number(0), row.number(1), row.number(2), row.text(3)));
            }
            return List.copyOf(rows);
        });
    }

    private static String encode(NodeRow row) {
        NodeAddress address = row.address();
        return row.state() + "|" + row.load() + "|" + address.portsText() + "|" + address.admin() + "|"
                + address.host();
    }

    private static NodeRow decode(int serverId, long epoch, long ttlMs, String row) {
        String[] parts = row.split("\\|", 5);
        List<Integer> ports =
                Arrays.stream(parts[2].split(",", -1)).map(Integer::valueOf).toList();
        NodeState state = NodeState.valueOf(parts[0]);
        return new NodeRow(serverId, epoch, parts[4], ports, parts[3], state, Integer.parseInt(parts[1]), ttlMs);
    }
}
