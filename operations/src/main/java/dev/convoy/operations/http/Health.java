package dev.convoy.operations.http;

import java.util.Optional;

/**
 * How a process is, as an orchestrator asks it. Each answer is empty when all is well, else one sentence about what is
 * not. Asked on the admin server's event loop; must not wait for anything.
 */
public interface Health {
    /** Why it has not started yet; once it has, it has for ever. */
    Optional<String> notStarted();

    /** Why it should get no new work at the moment. */
    Optional<String> notReady();

    /** Why it will never recover by itself and is to be killed. */
    Optional<String> notAlive();
}
