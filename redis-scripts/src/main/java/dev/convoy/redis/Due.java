package dev.convoy.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32;
import org.redisson.api.RBucket;

/**
 * Sessions whose time runs out, so that each is ended once even if its node has died.
 *
 * <p>Who admits a session schedules it <em>first</em>: an entry without a session is struck off, a session without an entry would
 * never end. Some node owns each partition, polls it and looks at what is due: a session that waits is scheduled again, one that is
 * gone is struck off, and one that is over is left to the owner of its room if that lives; else the poller takes the room over and
 * ends the session with a commit of the room. Two pollers of one partition do no harm, since that commit is fenced.
 */
public final class Due {
    /** How many partitions there are. */
    public static final int PARTITIONS = 16;

    private static final Script SCHEDULE = Script.load("due/schedule");
    private static final Script POLL = Script.load("due/poll");
    private static final Script STRIKE = Script.load("due/strike");
    private static final Script LOOK = Script.load("session/look");
    private static final int SESSION_ID_CHARS = 32;

    private final Steps steps;
    private final Coordination coordination;

    Due(Steps steps, Coordination coordination) {
        this.steps = steps;
        this.coordination = coordination;
    }

    /** A session that somebody must look at. */
    public record Entry(String roomId, String sessionId) {
        private String member() {
            return Keys.sessionId(sessionId) + Keys.name(roomId);
        }

        private String key() {
            return Keys.due(partition(roomId));
        }
    }

    /** How a session stands. */
    public sealed interface Look {
        /** It has ended: strike it off. */
        record Gone() implements Look {}

        /** Its time has not come: schedule it again. */
        record Waits(long inMs) implements Look {}

        /** It is over; the owner of its room must end it. Server id 0: nobody owns the room. */
        record Over(Fence owner) implements Look {}
    }

    public static int partition(String roomId) {
        CRC32 crc = new CRC32();
        crc.update(roomId.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % PARTITIONS);
    }

    /** Notes when to look at a session, instead of what was noted before. */
    public CompletionStage<Void> schedule(Entry entry, Duration in) {
        return steps.run(
                        SCHEDULE,
                        List.of(entry.key()),
                        new Args().add(entry.member()).add(in.toMillis()))
                .thenAccept(reply -> {});
    }

    /** What is due in a partition; it is handed out again after {@code retry} unless struck off or scheduled anew. */
    public CompletionStage<List<Entry>> poll(int partition, int limit, Duration retry) {
        Args args = new Args().add(limit).add(retry.toMillis());
        return steps.run(POLL, List.of(Keys.due(partition)), args)
                .thenApply(reply -> reply.texts().subList(1, reply.size()).stream()
                        .map(Due::entry)
                        .toList());
    }

    private static Entry entry(String member) {
        return new Entry(member.substring(SESSION_ID_CHARS), member.substring(0, SESSION_ID_CHARS));
    }

    public CompletionStage<Void> strike(Entry entry) {
        return steps.run(STRIKE, List.of(entry.key()), new Args().add(entry.member()))
                .thenAccept(reply -> {});
    }

    /** How the session of an entry stands. */
    public CompletionStage<Look> look(Entry entry) {
        List<String> keys = List.of(Keys.room(entry.roomId), Keys.session(entry.roomId, entry.sessionId));
        return steps.run(LOOK, keys, new Args()).thenApply(reply -> switch (reply.code()) {
            case "GONE" -> new Look.Gone();
            case "WAITS" -> new Look.Waits(reply.number(1));
            case "OVER" -> new Look.Over(reply.fence(1));
            default -> throw reply.unexpected();
        });
    }

    /**
     * Claims a partition, or keeps it: true if it is the caller's for {@code lease} from now. Through Redisson, as all that
     * is cold.
     *
     * @param owner who the caller is, the same at every call
     */
    public CompletionStage<Boolean> claim(int partition, String owner, Duration lease) {
        return coordination.client().thenCompose(client -> {
            RBucket<String> bucket = client.getBucket(Keys.due(partition) + ":owner");
            return bucket.setIfAbsentAsync(owner, lease)
                    .thenCompose(mine -> mine
                            ? CompletableFuture.completedStage(true)
                            : bucket.getAsync()
                                    .thenCompose(current -> owner.equals(current)
                                            ? bucket.expireAsync(lease)
                                            : CompletableFuture.completedStage(false)));
        });
    }
}
