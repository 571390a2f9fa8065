package dev.convoy.tools.demo;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How a demo ended.
 *
 * @param account of all players together
 * @param resumed players that came back at least once
 * @param returns how often players came back, all together
 * @param neverReturned players that at the end were away or closed, or that the fault hit and that never came
 *     back from it
 * @param failures nodes and routers that ended as they should not, or that did not end, in words for people
 */
record DemoResult(
        DemoSettings settings,
        LedgerVerdict account,
        int resumed,
        int returns,
        int neverReturned,
        List<String> failures,
        Measurements measurements) {

    boolean passed() {
        boolean faultWasFelt = !settings.isFaultFelt() || resumed > 0;
        return account.clean() && account.sent() > 0 && neverReturned == 0 && faultWasFelt && failures.isEmpty();
    }

    /** For machines: the object that {@code --json} writes. */
    String json() {
        return new JsonObject()
                .put("passed", passed())
                .put("nodes", settings.nodes())
                .put("routers", settings.routers())
                .put("players", settings.players())
                .put("rooms", settings.rooms())
                .put("rate", settings.ratePerSecond())
                .put("seconds", settings.seconds())
                .put("fault", settings.fault().toString())
                .put("durability", settings.durability().toString())
                .put("security", settings.security().toString())
                .put("seed", settings.seed())
                .put("sent", account.sent())
                .put("answered", account.answered())
                .put("lost", account.lost())
                .put("duplicated", account.duplicated())
                .put("reordered", account.reordered())
                .put("foreign", account.foreign())
                .put("rolledBack", account.rolledBack())
                .put("resumed", resumed)
                .put("returns", returns)
                .put("neverReturned", neverReturned)
                .put(
                        "outageMs",
                        new JsonObject()
                                .put("p50", measurements.outageMs(50))
                                .put("p99", measurements.outageMs(99))
                                .put("max", measurements.outageMsMax()))
                .put(
                        "rttMs",
                        new JsonObject().put("p50", measurements.rttMs(50)).put("p99", measurements.rttMs(99)))
                .encodePrettily();
    }
}
