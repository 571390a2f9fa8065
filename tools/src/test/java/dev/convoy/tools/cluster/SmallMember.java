package dev.convoy.tools.cluster;

import java.io.IOException;

/**
 * A process that keeps a node's contract with the launcher and does nothing else. {@code SMALL_MEMBER} in its
 * environment says how it behaves.
 */
final class SmallMember {
    private SmallMember() {}

    public static void main(String[] args) throws IOException {
        switch (String.valueOf(System.getenv("SMALL_MEMBER"))) {
            case "refuses" -> {
                System.err.println("CONVOY_TOKEN_KEY is not 64 hex digits.");
                System.exit(2);
            }
            case "dies" -> {
                ready();
                System.exit(3);
            }
            case "drains" -> {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
                ready();
                System.in.readAllBytes();
                Runtime.getRuntime().halt(1);
            }
            default -> {
                ready();
                System.in.readAllBytes();
                Runtime.getRuntime().halt(0);
            }
        }
    }

    private static void ready() {
        System.out.println("something else first");
        System.out.println("convoy-node ready server-id=7 ports=41001 pid="
                + ProcessHandle.current().pid());
    }
}
