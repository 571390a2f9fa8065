package dev.convoy.node.session;

import dev.convoy.protocol.session.FrameReader;
import dev.convoy.protocol.session.LinkEvent;
import dev.convoy.protocol.session.SessionLink;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.room.Durability;
import io.vertx.core.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a room and its players say to each other. Owned by the room's event loop. */
final class RoomTalk {
    private static final Logger log = LoggerFactory.getLogger(RoomTalk.class);

    private final Hall hall;
    private final RoomHost host;
    private final CommitLoop commits;
    private final Durability durability;

    RoomTalk(Hall hall, RoomHost host, CommitLoop commits, Durability durability) {
        this.hall = hall;
        this.host = host;
        this.commits = commits;
        this.durability = durability;
    }

    void onEvent(ServerSession session, LinkEvent event, FrameReader frame) {
        switch (event) {
            case MESSAGE -> {
                if (host.isClosing()) return;
                if (durability == Durability.MEMORY) session.inbox.makeDurable(session.inbox.received());
                commits.changed(session);
                Buffer message = Buffer.buffer(frame.payload());
                host.run("onMessage", () -> host.application().onMessage(session, message));
            }
            case VOLATILE -> {
                int channel = frame.channel();
                Buffer message = Buffer.buffer(frame.payload());
                host.run("onVolatile", () -> host.application().onVolatile(session, channel, message));
                if (durability == Durability.CHECKPOINT) commits.changed(null);
            }
            case CLOSE -> host.leave(session, true);
            case BROKEN -> {
                log.info("session {} broke the protocol: its conv ends", session.id());
                session.tell(ErrorCode.PROTOCOL_ERROR, "");
                host.presence().silent(session);
            }
            case PEER -> hall.introducer().onFrame(session, frame.payload());
            case STATE, GOAWAY, ERROR, PONG, NONE -> {}
        }
    }

    boolean send(ServerSession session, byte[] message) {
        hall.requireLoop();
        if (host.isClosed() || session.isEnding || !host.seats().has(session)) return false;
        SessionLink.requireSendable(message);
        if (!session.outbox.hasRoom(message.length)) {
            hall.later(() -> host.end(session, ErrorCode.OUTBOX_FULL, ""));
            return false;
        }
        session.outbox.append(message);
        hall.countMessageOut();
        commits.changed(session);
        if (durability != Durability.STRICT) session.letAllLeave();
        if (!host.isBeingCalled()) hall.settleSoon();
        return true;
    }

    /** Whether the application lets two of its players have a direct line. */
    boolean allowsPeerLine(ServerSession opener, ServerSession answerer) {
        boolean[] allows = new boolean[1];
        host.run("allowsPeerLine", () -> allows[0] = host.application().allowsPeerLine(opener, answerer));
        return allows[0];
    }
}
