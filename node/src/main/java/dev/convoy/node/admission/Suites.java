package dev.convoy.node.admission;

import dev.convoy.protocol.handshake.ClusterKeyPair;
import dev.convoy.protocol.handshake.Envelope;
import dev.convoy.protocol.handshake.NoiseDrop;
import dev.convoy.protocol.handshake.NoiseNk;
import dev.convoy.protocol.handshake.NoiseRequest;
import dev.convoy.protocol.handshake.NoiseResponder;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The security suites that a node speaks: sealed when it has the cluster's key, plain when that is switched on. Confined to
 * the shard's event loop.
 */
public final class Suites {
    private final @Nullable ClusterKeyPair keys;
    private final boolean isPlainAllowed;
    private final SecureRandom random = new SecureRandom();

    /**
     * The suites of a node.
     *
     * @param keys of the cluster; null = no sealed sessions
     * @throws IllegalArgumentException when that leaves none
     */
    public Suites(@Nullable ClusterKeyPair keys, boolean isPlainAllowed) {
        if (keys == null && !isPlainAllowed) throw new IllegalArgumentException("a node with no suite at all");
        this.keys = keys;
        this.isPlainAllowed = isPlainAllowed;
    }

    /** Why a request of that suite is refused; empty when it is not. */
    String refusal(int suite) {
        boolean isPlain = suite == Envelope.SUITE_PLAIN && isPlainAllowed;
        boolean isSealed = suite == Envelope.SUITE_SEALED && keys != null;
        if (isPlain || isSealed) return "";
        if (keys == null) return "this node accepts the plain suite only";
        return isPlainAllowed
                ? "this node accepts the sealed and the plain suite"
                : "this node accepts the sealed suite only";
    }

    /** Makes a request readable that is not refused. */
    Opening open(Envelope request) {
        if (request.suite() == Envelope.SUITE_PLAIN || keys == null) return new Opening.Plain(request);
        NoiseRequest read = NoiseResponder.read(keys, NoiseNk.prologue(request), request.payload());
        return read instanceof NoiseResponder responder
                ? new Opening.Sealed(request, responder, random)
                : new Opening.Closed((NoiseDrop) read);
    }
}
