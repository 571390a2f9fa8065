package dev.convoy.node.session;

import dev.convoy.node.net.Arrival;

/** How a session goes on under another conv only when its player has used that one: the present one stays until then. */
final class Succession {
    private Succession() {}

    /**
     * Waits for the first packet under the conv, and for one conv at a time.
     *
     * @param arrival of the request that it was granted to
     */
    static void expect(ServerSession session, Hall hall, int conv, Arrival arrival) {
        forgetExpected(session, hall);
        session.expected = hall.traffic()
                .expect(session, conv, arrival, proven -> succeed(hall, proven), () -> forgetExpected(session, hall));
    }

    /** The conv that a session was to go on under is nobody's. */
    static void forgetExpected(ServerSession session, Hall hall) {
        ExpectedReturn expected = session.expected;
        if (expected == null) return;
        session.expected = null;
        hall.traffic().forget(expected);
        hall.releaseConv(expected.conv);
    }

    private static void succeed(Hall hall, ExpectedReturn proven) {
        ServerSession session = proven.session;
        Presence presence = session.host().presence();
        session.expected = null;
        presence.disconnect(
                session); // First: its last datagrams would take the messages that the new conv has to send.
        session.openedBy = proven.attempt;
        presence.connected(session, hall.traffic().begin(proven), true);
    }
}
