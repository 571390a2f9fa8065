package dev.convoy.router;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One event loop's share of the limits: an equal part, because the system spreads clients evenly over the loops. */
final class LoopLimits {
    private final PrefixLimiter controlByPrefix;
    private final TotalLimiter control;
    private final PrefixLimiter resetsByPrefix;
    private final TotalLimiter resets;
    private final @Nullable PrefixLimiter dataByPrefix;

    /** @param nowNs by {@link System#nanoTime} */
    LoopLimits(LimitSettings settings, int loops, RandomGenerator chance, long nowNs) {
        controlByPrefix = byPrefix(settings, settings.controlPerPrefix(), loops, chance, nowNs);
        control = new TotalLimiter(pace(settings.controlTotal(), loops), nowNs);
        resetsByPrefix = byPrefix(settings, settings.resetsPerPrefix(), loops, chance, nowNs);
        resets = new TotalLimiter(pace(settings.resetsTotal(), loops), nowNs);
        int data = settings.dataPerPrefix();
        dataByPrefix = data == 0 ? null : byPrefix(settings, data, loops, chance, nowNs);
    }

    private static PrefixLimiter byPrefix(
            LimitSettings settings, int perSecond, int loops, RandomGenerator chance, long nowNs) {
        return new PrefixLimiter(
                pace(perSecond, loops), settings.ipv4PrefixBits(), settings.ipv6PrefixBits(), chance, nowNs);
    }

    /** Two seconds' worth may come at once, as when a router or a node has gone and everybody comes back. */
    private static Pace pace(int perSecond, int loops) {
        int share = Math.max(1, perSecond / loops);
        return new Pace(share, 2L * share);
    }

    boolean permitsData(long high, long low, long nowNs) {
        return dataByPrefix == null || dataByPrefix.take(high, low, nowNs);
    }

    /** Null when a control datagram may pass; the prefix first, so that it does not use up what is everybody's. */
    @Nullable
    Outcome limitControl(long high, long low, long nowNs) {
        if (!controlByPrefix.take(high, low, nowNs)) return Outcome.LIMITED_PREFIX;
        return control.take(nowNs) ? null : Outcome.LIMITED_TOTAL;
    }

    boolean permitsReset(long high, long low, long nowNs) {
        return resetsByPrefix.take(high, low, nowNs) && resets.take(nowNs);
    }
}
