package dev.convoy.tools.load;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param unsent messages that were due in the measured time and had not left when waiting ended
 * @param unanswered messages of the measured time without an answer when waiting for it ended
 * @param datagramsPerMessage in both directions, an answer included; acknowledgements, repeats and pings are in it
 */
record LoadResult(
        LoadSettings settings,
        LoadMeters meters,
        long unsent,
        long unanswered,
        double datagramsPerMessage,
        GeneratorWatch.Findings generator) {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    /** Whether the service did what it promises: everybody in, everything taken, and answered once and in order. */
    boolean isClean() {
        return meters.joined.sum() == settings.players()
                && meters.closed.sum() == 0
                && unanswered == 0
                && unsent == 0
                && meters.skipped.sum() == 0
                && meters.repeated.sum() == 0
                && meters.answered.sum() > 0;
    }

    double achievedPerSecond() {
        return meters.answered.sum() / meters.elapsedSeconds();
    }

    JsonObject json() {
        return new JsonObject()
                .put("clean", isClean())
                .put("room", settings.room().toString())
                .put("players", settings.players())
                .put("playersPerRoom", settings.playersPerRoom())
                .put("rate", settings.ratePerSecond())
                .put("sizeBytes", settings.sizeBytes())
                .put("seconds", meters.elapsedSeconds())
                .put("offeredPerSecond", settings.offeredPerSecond())
                .put("answeredPerSecond", achievedPerSecond())
                .put("joined", meters.joined.sum())
                .put("notJoined", meters.notJoined.sum())
                .put("closed", meters.closed.sum())
                .put("sent", meters.sent.sum())
                .put("answered", meters.answered.sum())
                .put("unsent", unsent)
                .put("unanswered", unanswered)
                .put("skipped", meters.skipped.sum())
                .put("repeated", meters.repeated.sum())
                .put("putOffByFullOutbox", meters.putOff.sum())
                .put("resumes", meters.resumes.sum())
                .put("outageMs", percentiles(meters.outageMs, 1))
                .put("fromDueMs", percentiles(meters.fromDueMicros, 1_000))
                .put("fromSentMs", percentiles(meters.fromSentMicros, 1_000))
                .put("fromDueMsHistogram", buckets(meters.fromDueMicros))
                .put("datagramsPerMessage", datagramsPerMessage)
                .put("generator", generator.json());
    }

    private static JsonObject percentiles(Histogram histogram, double unit) {
        JsonObject json = new JsonObject();
        for (double percentile : PERCENTILES) {
            json.put("p" + name(percentile), histogram.getValueAtPercentile(percentile) / unit);
        }
        return json;
    }

    /** {@code 99.9} as {@code 999}, {@code 100} as {@code 100}. */
    private static String name(double percentile) {
        return percentile % 1 == 0
                ? String.valueOf((int) percentile)
                : String.valueOf(percentile).replace(".", "");
    }

    /** In doubling steps of milliseconds: {@code [{"upToMs": 1, "count": …}, …]}. */
    private static JsonArray buckets(Histogram micros) {
        JsonArray buckets = new JsonArray();
        long below = 0;
        for (long upTo = 125; below < micros.getTotalCount(); upTo *= 2) {
            long until = micros.getCountBetweenValues(0, upTo);
            if (until > below || below > 0) {
                buckets.add(new JsonObject().put("upToMs", upTo / 1_000.0).put("count", until - below));
            }
            below = until;
        }
        return buckets;
    }
}
