package dev.convoy.node.session;

import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.AdmissionException;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls into one room. Whatever a room does in them (throws, takes long, answers never, on another thread or with nonsense) stays
 * with the room: what comes out of here is in time, on the event loop, and no exception. What a call wants done to the room itself,
 * such as to end a session, is done when it has returned, so that no call happens inside another. Owned by the room's event loop.
 */
final class RoomCalls implements LoopWatch.Call {
    private final Hall hall;
    private final String roomType;
    private final String roomId;
    private final Consumer<Throwable> whenFailed;
    private final Deque<Runnable> after = new ArrayDeque<>();
    private String method = "";
    private boolean isInside;

    /** {@code whenFailed} is told what a call threw. */
    RoomCalls(Hall hall, String roomType, String roomId, Consumer<Throwable> whenFailed) {
        this.hall = hall;
        this.roomType = roomType;
        this.roomId = roomId;
        this.whenFailed = whenFailed;
    }

    /** Calls the room; {@code name} is that of its method. */
    void run(String name, Runnable call) {
        Throwable failure = attempt(name, call);
        if (failure != null) whenFailed.accept(failure);
        for (Runnable next = after.poll(); next != null; next = after.poll()) next.run();
    }

    /** Asks the room for something that may take time; fails with what the room threw, or with RETRY_LATER when no answer comes. */
    <T> Future<T> ask(String name, Supplier<Future<T>> call) {
        Answer<T> answer = new Answer<>();
        Throwable failure = attempt(name, () -> answer.future = call.get());
        for (Runnable next = after.poll(); next != null; next = after.poll()) next.run();
        if (failure != null) return Future.failedFuture(failure);
        Future<T> given = answer.future;
        if (given == null) return Future.failedFuture(new NullPointerException(name + " returned no future"));
        return given.isComplete() ? given : hall.inTime(given, hall.settings().answerMsMax(), tooLate(name));
    }

    /** When the present call has returned; at once when there is none. */
    void afterwards(Runnable action) {
        if (isInside) after.add(action);
        else action.run();
    }

    /** Whether the room is being called at the moment; else what it asks for comes from a callback of its own. */
    boolean isInside() {
        return isInside;
    }

    @Override
    public String roomType() {
        return roomType;
    }

    @Override
    public String roomId() {
        return roomId;
    }

    @Override
    public String method() {
        return method;
    }

    /** What the call threw. An error of the machine's own is not the room's. */
    private @Nullable Throwable attempt(String name, Runnable call) {
        if (isInside) throw new IllegalStateException(name + " inside " + method);
        isInside = true;
        method = name;
        hall.watch().enter(this);
        try {
            call.run();
            return null;
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            return e;
        } finally {
            hall.watch().leave(this);
            isInside = false;
        }
    }

    private static AdmissionException tooLate(String name) {
        return new AdmissionException(ErrorCode.RETRY_LATER, 0, "the room took too long in " + name);
    }

    private static final class Answer<T> {
        @Nullable
        Future<T> future;
    }
}
