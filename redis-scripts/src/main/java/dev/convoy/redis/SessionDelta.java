package dev.convoy.redis;

import java.util.List;

/**
 * What has happened in a session since the last commit.
 *
 * @param received the last message of the client's that the room has taken
 * @param sent the last message to the client
 * @param ackedThrough the last of those that the client has; at most {@code sent}
 * @param appended the messages to the client that are not in Redis and not acknowledged: consecutive, the last being {@code sent}.
 *     Between the last commit and the first of them there may be a hole only if {@code ackedThrough} covers it.
 */
public record SessionDelta(String sessionId, long received, long sent, long ackedThrough, List<OutboxEntry> appended) {
    public SessionDelta {
        appended = List.copyOf(appended);
        if (ackedThrough > sent) {
            throw new IllegalArgumentException("acknowledged " + ackedThrough + " of " + sent + " messages");
        }
        for (int i = 0; i < appended.size(); i++) {
            if (appended.get(i).seq() != sent - appended.size() + 1 + i) {
                throw new IllegalArgumentException(
                        "message " + appended.get(i).seq() + " is out of order before " + sent);
            }
        }
    }
}
