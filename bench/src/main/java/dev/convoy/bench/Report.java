package dev.convoy.bench;

import java.util.List;
import java.util.Locale;

/** One run's results, as a table for people and as JSON for programs. A ratio above 1 is in our favour. */
record Report(
        List<SpeedBench.Result> speed,
        List<AckBench.Result> acks,
        List<IdleBench.Result> idle,
        List<LossBench.Result> loss) {

    private static final String OURS = "convoy";

    String table() {
        StringBuilder table = new StringBuilder();
        line(
                table,
                "%-30s %-10s %12s %12s %10s",
                "message there and back",
                "core",
                "ns/message",
                "B allocated",
                "ours is");
        for (SpeedBench.Result r : speed) {
            double ratio = r.nsPerMessage() / ours(speed, r).nsPerMessage();
            line(
                    table,
                    "%-30s %-10s %12.0f %12.1f %9.1fx",
                    r.shape().name(),
                    r.implementation(),
                    r.nsPerMessage(),
                    r.bytesPerMessage(),
                    ratio);
        }
        line(table, "%n%-30s %-10s %12s %23s", "acknowledgement", "core", "ns", "ours is");
        for (AckBench.Result r : acks) {
            String name = "window " + r.window() + ", " + r.order();
            line(
                    table,
                    "%-30s %-10s %12.0f %22.1fx",
                    name,
                    r.implementation(),
                    r.ns(),
                    r.ns() / ours(acks, r).ns());
        }
        line(table, "%n%-30s %-10s %12s %12s", "idle", "core", "% of a core", "B heap each");
        for (IdleBench.Result r : idle) {
            line(
                    table,
                    "%-30s %-10s %12.3f %12.0f",
                    r.sessions() + " sessions, tick 10 ms",
                    r.implementation(),
                    r.cpuPercent(),
                    r.heapBytesPerSession());
        }
        line(
                table,
                "%n%-30s %-10s %8s %6s %6s %6s %12s",
                "echo, loss in a round trip",
                "core",
                "avg ms",
                "p50",
                "p99",
                "max",
                "bytes a run");
        for (LossBench.Result r : loss) {
            line(
                    table,
                    "%-30s %-10s %8.1f %6d %6d %6d %12.0f",
                    r.percent() + " %",
                    r.implementation(),
                    r.avgMs(),
                    r.p50Ms(),
                    r.p99Ms(),
                    r.maxMs(),
                    r.bytesPerRun());
        }
        return table.toString();
    }

    Json json() {
        return new Json()
                .put("shapes", speed.stream().map(Report::shape).toList())
                .put("ack", acks.stream().map(Report::ack).toList())
                .put("idle", idle.stream().map(Report::idle).toList())
                .put("loss", loss.stream().map(Report::loss).toList())
                .put("ratios", ratios());
    }

    private static Json shape(SpeedBench.Result r) {
        return new Json()
                .put("implementation", r.implementation())
                .put("shape", r.shape().name())
                .put("nsPerMessage", r.nsPerMessage())
                .put("bytesPerMessage", r.bytesPerMessage());
    }

    private static Json ack(AckBench.Result r) {
        return new Json()
                .put("implementation", r.implementation())
                .put("window", r.window())
                .put("order", r.order())
                .put("ns", r.ns());
    }

    private static Json idle(IdleBench.Result r) {
        return new Json()
                .put("implementation", r.implementation())
                .put("sessions", r.sessions())
                .put("cpuPercent", r.cpuPercent())
                .put("heapBytesPerSession", r.heapBytesPerSession());
    }

    private static Json loss(LossBench.Result r) {
        return new Json()
                .put("percent", r.percent())
                .put("implementation", r.implementation())
                .put("avgMs", r.avgMs())
                .put("p50Ms", r.p50Ms())
                .put("p99Ms", r.p99Ms())
                .put("maxMs", r.maxMs())
                .put("bytesPerRun", r.bytesPerRun());
    }

    /** Our time as a part of the others', and how many times faster that is. */
    private List<Json> ratios() {
        return speed.stream()
                .filter(r -> !r.implementation().equals(OURS))
                .map(r -> new Json()
                        .put("shape", r.shape().name())
                        .put("other", r.implementation())
                        .put("oursToOther", ours(speed, r).nsPerMessage() / r.nsPerMessage())
                        .put("timesFaster", r.nsPerMessage() / ours(speed, r).nsPerMessage()))
                .toList();
    }

    private static SpeedBench.Result ours(List<SpeedBench.Result> all, SpeedBench.Result like) {
        return all.stream()
                .filter(r -> r.implementation().equals(OURS) && r.shape().equals(like.shape()))
                .findFirst()
                .orElseThrow();
    }

    private static AckBench.Result ours(List<AckBench.Result> all, AckBench.Result like) {
        return all.stream()
                .filter(r -> r.implementation().equals(OURS)
                        && r.window() == like.window()
                        && r.order().equals(like.order()))
                .findFirst()
                .orElseThrow();
    }

    private static void line(StringBuilder table, String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
