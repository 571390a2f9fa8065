package dev.convoy.client;

import dev.convoy.protocol.handshake.ClusterPublicKey;
import dev.convoy.protocol.handshake.JoinRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who joins what, through which servers, and with which bounds. Immutable; made by a {@link #builder}. */
public final class ClientOptions {
    private final List<SocketAddress> servers;
    private final boolean shuffled;
    private final @Nullable ClusterPublicKey serverKey;
    private final JoinRequest join;
    private final CredentialStore store;
    private final RetryPolicy retry;
    private final int outboxMessagesMax;
    private final int outboxBytesMax;
    private final boolean peerLinesThroughRoom;
    private final boolean proposeConv;

    private ClientOptions(Builder builder) {
        this.servers = List.copyOf(builder.servers);
        this.shuffled = builder.shuffled;
        this.serverKey = builder.serverKey;
        this.join = new JoinRequest(
                builder.user,
                builder.credential,
                builder.roomType,
                builder.roomId,
                builder.password,
                builder.roomOptions);
        this.store = builder.store == null ? CredentialStore.memory() : builder.store;
        this.retry = builder.retry;
        this.outboxMessagesMax = builder.outboxMessagesMax;
        this.outboxBytesMax = builder.outboxBytesMax;
        this.peerLinesThroughRoom = builder.peerLinesThroughRoom;
        this.proposeConv = builder.proposeConv;
    }

    public static Builder builder() {
        return new Builder();
    }

    List<SocketAddress> servers() {
        return servers;
    }

    boolean isShuffled() {
        return shuffled;
    }

    /** A suite for one client. */
    Suite suite() {
        return serverKey == null ? new PlainSuite() : new SealedSuite(serverKey);
    }

    JoinRequest join() {
        return join;
    }

    CredentialStore store() {
        return store;
    }

    boolean isConvProposed() {
        return proposeConv;
    }

    boolean arePeerLinesThroughRoom() {
        return peerLinesThroughRoom;
    }

    RetryPolicy retry() {
        return retry;
    }

    int outboxMessagesMax() {
        return outboxMessagesMax;
    }

    int outboxBytesMax() {
        return outboxBytesMax;
    }

    /** Collects options; a value out of its bounds is refused at once with IllegalArgumentException. */
    public static final class Builder {
        private final List<SocketAddress> servers = new ArrayList<>();
        private boolean shuffled = true;
        private @Nullable ClusterPublicKey serverKey;
        private boolean plain;
        private String user = "";
        private byte[] credential = {};
        private String roomType = "";
        private String roomId = "";
        private String password = "";
        private byte[] roomOptions = {};
        private @Nullable CredentialStore store;
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private int outboxMessagesMax = 1_024;
        private int outboxBytesMax = 1 << 20;
        private boolean peerLinesThroughRoom;
        private boolean proposeConv;

        private Builder() {}

        /** One more server (router) of the service; a client that gets no answer goes on to the next one. */
        public Builder server(SocketAddress address) {
            if (!address.isInetSocket()) throw new IllegalArgumentException("not a host and port: " + address);
            servers.add(address);
            return this;
        }

        public Builder server(String host, int port) {
            return server(SocketAddress.inetSocketAddress(port, host));
        }

        /** More servers, in this order. */
        public Builder servers(List<SocketAddress> addresses) {
            addresses.forEach(this::server);
            return this;
        }

        /** Whether to begin with a random server (the default) or with the first. */
        public Builder shuffled(boolean value) {
            shuffled = value;
            return this;
        }

        /** The cluster's public key, which the service has to prove that it holds the private half of: the session is sealed. */
        public Builder serverKey(ClusterPublicKey value) {
            serverKey = value;
            plain = false;
            return this;
        }

        /** The same as text: 64 hex digits or base64, what {@code ./convoy keygen} writes into {@code cluster.pub}. */
        public Builder serverKey(String value) {
            return serverKey(ClusterPublicKey.parse(value));
        }

        /** Asks for a session without encryption, for a trusted network; the service has to allow it. */
        public Builder plain() {
            serverKey = null;
            plain = true;
            return this;
        }

        /** The user's name, 1 to 64 bytes. */
        public Builder user(String value) {
            user = bounded("user", value, JoinRequest.USER_BYTES_MAX);
            return this;
        }

        /** The login, e.g. a JWT, at most 600 bytes; empty for an anonymous name. Never stored. */
        public Builder credential(byte[] value) {
            credential = bounded("credential", value, JoinRequest.CREDENTIAL_BYTES_MAX);
            return this;
        }

        /** The room's type, at most 32 bytes; empty = the service's default type. */
        public Builder roomType(String value) {
            roomType = bounded("room type", value, JoinRequest.ROOM_TYPE_BYTES_MAX);
            return this;
        }

        /** The room, at most 64 bytes; empty = the former room, or one of one's own. */
        public Builder roomId(String value) {
            roomId = bounded("room id", value, JoinRequest.ROOM_ID_BYTES_MAX);
            return this;
        }

        /** The room's password, at most 64 bytes. Never stored. */
        public Builder password(String value) {
            password = bounded("password", value, JoinRequest.PASSWORD_BYTES_MAX);
            return this;
        }

        /** For the room's {@code onCreate} when this join creates it, at most 128 bytes. */
        public Builder options(byte[] value) {
            roomOptions = bounded("options", value, JoinRequest.OPTIONS_BYTES_MAX);
            return this;
        }

        /** Where the credentials are kept; in memory unless told otherwise. */
        public Builder credentialStore(CredentialStore value) {
            store = value;
            return this;
        }

        public Builder retryPolicy(RetryPolicy value) {
            retry = value;
            return this;
        }

        /** How many messages may be unconfirmed, and how many bytes they may have; 1024 and 1 MiB by default. */
        public Builder outboxBounds(int messagesMax, int bytesMax) {
            if (messagesMax < 1 || bytesMax < 1) throw new IllegalArgumentException("outbox bounds must be positive");
            outboxMessagesMax = messagesMax;
            outboxBytesMax = bytesMax;
            return this;
        }

        /**
         * Whether to propose a conv, by time and chance, instead of taking the one that the node assigns; false by default. The
         * node may still assign another. For programs that want to know their number before the answer, e.g. in a
         * capture of their datagrams.
         */
        public Builder proposeConv(boolean value) {
            proposeConv = value;
            return this;
        }

        /**
         * Whether {@linkplain PeerLine lines} to other players go through the room only, so that no other player learns this
         * program's network address; false by default.
         */
        public Builder peerLinesThroughRoom(boolean value) {
            peerLinesThroughRoom = value;
            return this;
        }

        /** The options; refused with IllegalArgumentException when there is no server, no user or neither key nor {@link #plain}. */
        public ClientOptions build() {
            if (servers.isEmpty()) throw new IllegalArgumentException("at least one server is needed");
            if (serverKey == null && !plain) {
                throw new IllegalArgumentException(
                        "the service's public key is needed, or plain() for a session without encryption");
            }
            if (user.isEmpty()) throw new IllegalArgumentException("a user is needed");
            return new ClientOptions(this);
        }

        private static String bounded(String name, String value, int bytesMax) {
            if (value.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
                throw new IllegalArgumentException(name + " has more than " + bytesMax + " bytes");
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(name + " contains control characters");
            }
            return value;
        }

        private static byte[] bounded(String name, byte[] value, int bytesMax) {
            if (value.length > bytesMax) {
                throw new IllegalArgumentException(name + " has more than " + bytesMax + " bytes");
            }
            return value.clone();
        }
    }
}
