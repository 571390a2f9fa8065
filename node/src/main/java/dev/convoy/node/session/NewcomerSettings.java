package dev.convoy.node.session;

import dev.convoy.protocol.conv.ConflictPolicy;

/**
 * What newcomers are given.
 *
 * @param conflict what happens when somebody proposes a conv that another has
 * @param bareRoomType the type of the rooms that bare sessions get
 */
public record NewcomerSettings(ConflictPolicy conflict, String bareRoomType) {
    private static final long IDLE_AFTER_MS = 10_000;

    public static final NewcomerSettings DEFAULT =
            new NewcomerSettings(ConflictPolicy.reassigning(IDLE_AFTER_MS), "echo");
}
