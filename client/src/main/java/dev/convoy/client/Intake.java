package dev.convoy.client;

import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.Inbox;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;

/**
 * What comes in and how far the user has taken it: only that is kept in the credentials, and only what is kept is
 * acknowledged. Confined to its context.
 */
final class Intake {
    private final CredentialKeeper keeper;
    private final Inbox inbox;
    private final MessageGate gate;
    private boolean isPinned;

    /**
     * @param received the number of the last message that the user took, in a process before this one perhaps
     */
    Intake(ContextInternal context, CredentialKeeper keeper, long received) {
        this.keeper = keeper;
        this.inbox = Inbox.ofClient(received);
        this.gate = new MessageGate(context, received);
    }

    Inbox inbox() {
        return inbox;
    }

    void open(Handler<Buffer> handler) {
        gate.open(handler);
    }

    boolean hasRoom() {
        return gate.hasRoom();
    }

    void message(FrameReader frame) {
        gate.deliver(frame);
    }

    /** A state of the room's, which takes its turn among the messages. */
    void state(FrameReader frame, Consumer<SessionEvent> teller) {
        SessionEvent state = new SessionEvent.StateReceived(Buffer.buffer(frame.payload()), frame.contains());
        gate.deliver(frame.seq(), () -> teller.accept(state), frame.payloadBytes());
    }

    /** The number of the last message that was taken and kept. */
    long position() {
        return inbox.durable();
    }

    /**
     * Keeps the position, unless that is being done already.
     *
     * @param again told when another one can be kept
     */
    void keep(Runnable again) {
        long taken = gate.taken();
        if (taken > inbox.durable()) keeper.keepPosition(taken, inbox::makeDurable, again);
    }

    /**
     * Pins the position down, before the service is asked to go on behind it: nothing more is taken until there is a new
     * conv, and what arrived without being taken comes once more. Otherwise a room that goes back to an earlier state
     * could give numbers again that the user has seen under other messages. Completes when the position is kept.
     */
    Future<Void> pin() {
        isPinned = true;
        gate.shut();
        long taken = gate.taken();
        if (taken == inbox.durable()) return Future.succeededFuture();
        return keeper.keepPosition(taken).onSuccess(kept -> inbox.makeDurable(taken));
    }

    /** A new conv begins behind the position. */
    void unpin() {
        if (!isPinned) return;
        isPinned = false;
        inbox.rewind();
        gate.reopen();
    }
}
