package dev.convoy.client;

import dev.convoy.protocol.handshake.Grant;
import dev.convoy.protocol.handshake.TransportKeys;
import org.jspecify.annotations.Nullable;

/** A conv that has just been granted, with the keys of the handshake where the suite has keys. */
record NewConv(Grant grant, @Nullable TransportKeys keys) {
    /** Never the keys. */
    @Override
    public String toString() {
        return "NewConv(" + grant + ")";
    }
}
