package dev.convoy.tools.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Starts two members, prints their pids, and waits to be killed. */
final class SmallLauncher {
    private SmallLauncher() {}

    public static void main(String[] args) throws Exception {
        Path log = Files.createTempFile("small-launcher-", ".log");
        log.toFile().deleteOnExit();
        for (int i = 0; i < 2; i++) {
            ClusterMember member =
                    ClusterMember.start("node " + i, SmallMember.class.getName(), Map.of(), log, m -> {});
            member.ready().get();
            System.out.println(member.pid());
        }
        System.out.println("started");
        Thread.sleep(600_000);
    }
}
