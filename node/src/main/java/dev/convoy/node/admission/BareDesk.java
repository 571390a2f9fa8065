package dev.convoy.node.admission;

import dev.convoy.node.net.Arrival;
import dev.convoy.node.net.BareGrant;
import dev.convoy.node.net.ClientPath;
import dev.convoy.node.net.MonotonicClock;
import dev.convoy.node.net.Suite;
import dev.convoy.protocol.conv.BareHandshake;
import dev.convoy.protocol.conv.Conv;
import dev.convoy.protocol.handshake.ProposeRequest;
import dev.convoy.protocol.wire.ControlType;
import dev.convoy.protocol.wire.ErrorCode;
import dev.convoy.protocol.wire.LittleEndian;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the handshakes of 12 bytes arrive, by which any KCP library gets a conv. There is no room in them for a cookie, so
 * an address cannot be validated: what a spoofed one can cause is bounded by {@value #REQUESTS_PER_SECOND_MAX} sessions a
 * second, each of which ends when it has not been used for ten. The same request from the same address gets the same conv as
 * long as that lives. Confined to the shard's event loop.
 */
public final class BareDesk {
    /** New requests in a second; whoever comes then is to come again later. */
    static final int REQUESTS_PER_SECOND_MAX = 100;

    private static final int ENTRIES_MAX = 4_096;
    private static final long SECOND_MS = 1_000;
    /** The result that says: another conv than the proposed one. */
    private static final int REASSIGNED = 1;

    /** Makes a bare session. */
    public interface Flow {
        /**
         * A conv, or why there is none; the future never fails.
         *
         * @param token of a proposal, 4 bytes; empty without one
         */
        Future<BareGrant> open(Arrival arrival, byte[] token);
    }

    /** A request under way, or answered. */
    private static final class Entry {
        int conv;
        byte @Nullable [] answer;
    }

    private final MonotonicClock clock;
    private final boolean isAllowed;
    private final Flow flow;
    private final IntPredicate isAlive;
    private final BiConsumer<ClientPath, byte[]> wire;
    private final SecureRandom random = new SecureRandom();
    private final Map<ByteBuffer, Entry> entries = new LinkedHashMap<>();
    private long secondBeganMs;
    private int requests;

    /**
     * A desk.
     *
     * @param isAllowed whether the node lets plain sessions in
     * @param isAlive whether a conv is in use
     * @param wire sends a datagram along a path
     */
    public BareDesk(
            MonotonicClock clock,
            boolean isAllowed,
            Flow flow,
            IntPredicate isAlive,
            BiConsumer<ClientPath, byte[]> wire) {
        this.clock = clock;
        this.isAllowed = isAllowed;
        this.flow = flow;
        this.isAlive = isAlive;
        this.wire = wire;
    }

    /** A CONNECT or PROPOSE of 12 bytes. */
    void take(BareHandshake request, ClientPath path) {
        ByteBuffer key = key(request, path);
        Entry known = entries.get(key);
        boolean isLive = known != null && (known.answer == null || isAlive.test(known.conv));
        if (known != null && isLive) {
            if (known.answer != null) wire.accept(path, known.answer);
        } else if (!isAllowed) {
            wire.accept(path, refusal(request, ErrorCode.SUITE_REFUSED));
        } else if (isTooMany()) {
            wire.accept(path, refusal(request, ErrorCode.RETRY_LATER));
        } else {
            begin(request, path, key);
        }
    }

    private void begin(BareHandshake request, ClientPath path, ByteBuffer key) {
        Entry entry = new Entry();
        entries.remove(key);
        entries.put(key, entry);
        if (entries.size() > ENTRIES_MAX)
            entries.remove(entries.keySet().iterator().next());
        boolean isProposal = request.type() == ControlType.PROPOSE;
        Arrival arrival = new Arrival(random.nextLong(), path, Suite.BARE, isProposal ? request.second() : 0);
        flow.open(arrival, isProposal ? token(request) : new byte[0]).onSuccess(grant -> {
            entry.conv = grant.conv();
            entry.answer = answer(request, grant).encode();
            if (grant.conv() == Conv.NONE) entries.remove(key, entry);
            wire.accept(path, entry.answer);
        });
    }

    private static BareHandshake answer(BareHandshake request, BareGrant grant) {
        int conv = grant.conv();
        boolean isProposal = request.type() == ControlType.PROPOSE && conv != Conv.NONE;
        boolean isAnother = isProposal && ProposeRequest.on(Conv.serverId(conv), request.second()) != conv;
        return request.answer(conv, isAnother ? REASSIGNED : grant.code());
    }

    private static byte[] refusal(BareHandshake request, ErrorCode why) {
        return request.answer(Conv.NONE, why.code()).encode();
    }

    private boolean isTooMany() {
        long nowMs = clock.nowMs();
        if (nowMs - secondBeganMs >= SECOND_MS) {
            secondBeganMs = nowMs;
            requests = 0;
        }
        return ++requests > REQUESTS_PER_SECOND_MAX;
    }

    private static ByteBuffer key(BareHandshake request, ClientPath path) {
        byte[] client = path.client();
        return ByteBuffer.allocate(client.length + BareHandshake.BYTES)
                .put(client)
                .put(request.encode())
                .flip();
    }

    private static byte[] token(BareHandshake request) {
        byte[] token = new byte[Integer.BYTES];
        LittleEndian.putU32(token, 0, request.third());
        return token;
    }
}
