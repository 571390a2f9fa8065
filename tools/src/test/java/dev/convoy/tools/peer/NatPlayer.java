package dev.convoy.tools.peer;

import dev.convoy.client.PeerLine;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** One of the two hosts of {@link NatTest}: takes lines and answers on them, or opens one and talks. */
final class NatPlayer {
    static final int MESSAGES = 100;

    private NatPlayer() {}

    /** {@code arguments}: the router's host and port, the player's name, and whom to call, if anybody. */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        PeerPlayer player =
                PeerPlayer.join(vertx, arguments[0], Integer.parseInt(arguments[1]), arguments[2], "nat", false);
        player.session.peerLineHandler(line -> line.handler(line::send));
        System.out.println("joined " + player.session.playerId());
        if (arguments.length > 3) call(player, arguments[3]);
    }

    private static void call(PeerPlayer player, String other) {
        PeerLine line = PeerPlayer.get(player.session.openPeerLine(other));
        line.handler(message -> player.heard.add(message.toString()));
        for (int i = 1; i <= MESSAGES; i++) PeerPlayer.get(line.send(Buffer.buffer("m" + i)));
        PeerPlayer.await("hear everything", () -> player.heard.size() >= MESSAGES);
        boolean isWhole = player.heard.equals(PeerPlayer.numbered("m", MESSAGES));
        System.out.println("talked " + line.path() + " " + isWhole);
        Runtime.getRuntime().halt(0);
    }
}
