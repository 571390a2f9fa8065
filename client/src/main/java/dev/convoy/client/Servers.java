package dev.convoy.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The servers (routers) of the service and the one that is used now. Confined to its context. */
final class Servers {
    private final List<SocketAddress> names;
    private List<InetSocketAddress> addresses = List.of();
    private Set<InetSocketAddress> known = Set.of();
    private int current;

    /**
     * @param shuffled begin anywhere instead of at the first
     */
    Servers(List<SocketAddress> names, boolean shuffled, RandomGenerator chance) {
        this.names = names;
        this.current = shuffled ? chance.nextInt(names.size()) : 0;
    }

    /** Looks the names up, again if need be; what cannot be found is left out, and when nothing is found nothing changes. */
    Future<Void> resolve(Context context) {
        return context.executeBlocking(this::lookUp).compose(found -> {
            if (!found.isEmpty()) {
                addresses = found;
                known = new HashSet<>(found);
            }
            return addresses.isEmpty()
                    ? Future.failedFuture(new ServiceUnreachableException("There is no address for " + this + "."))
                    : Future.succeededFuture();
        });
    }

    InetSocketAddress current() {
        return addresses.get(current % addresses.size());
    }

    void next() {
        current = (current + 1) % addresses.size();
    }

    /** Whether a datagram from there may be the service's. */
    boolean has(InetSocketAddress sender) {
        return known.contains(sender);
    }

    /** As people write them. */
    @Override
    public String toString() {
        return String.join(", ", names.stream().map(SocketAddress::toString).toList());
    }

    private List<InetSocketAddress> lookUp() {
        List<InetSocketAddress> found = new ArrayList<>();
        for (SocketAddress name : names) {
            InetSocketAddress address = new InetSocketAddress(name.host(), name.port());
            if (!address.isUnresolved()) found.add(address);
        }
        return found;
    }
}
