package dev.convoy.router;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What a router measures; read when somebody asks, so that the data path only counts. */
final class RouterMeters {
    private RouterMeters() {}

    static void bind(Router router, MeterRegistry meters) {
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("convoy.router.datagrams", router, from -> from.count(outcome))
                    .description("What became of datagrams; those of way client and node are each counted once.")
                    .tag("outcome", word(outcome))
                    .tag("way", word(outcome.way()))
                    .register(meters);
        }
        for (NodeRoute.State state : NodeRoute.State.values()) {
            Gauge.builder("convoy.router.nodes", router, from -> from.nodes(state))
                    .description("Rows of the table.")
                    .tag("state", word(state))
                    .register(meters);
        }
        Gauge.builder("convoy.router.nodes.suspect", router, Router::suspects)
                .description("Nodes that do not answer probes.")
                .register(meters);
        Gauge.builder("convoy.router.directory.age", router, Router::directoryAgeSeconds)
                .description("Time since Redis last told who is there.")
                .baseUnit("seconds")
                .register(meters);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
