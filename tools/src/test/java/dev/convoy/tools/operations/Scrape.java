package dev.convoy.tools.operations;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one process shows at {@code /metrics}, read as Prometheus reads it. */
final class Scrape {
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"]*)\"");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? (\\S+)");
    private static final int VALUES_LISTED_MAX = 100;

    /** A family: what {@code # HELP} and {@code # TYPE} say of it, and the values of its labels. */
    record Family(String type, String help, Map<String, TreeSet<String>> labels) {}

    final Map<String, Family> families = new TreeMap<>();
    final Map<String, Double> samples = new TreeMap<>();

    private Scrape(List<String> lines) {
        Map<String, String> helps = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) helps.put(words[2], words[3]);
            else if (line.startsWith("# TYPE ")) {
                families.put(words[2], new Family(words[3], helps.getOrDefault(words[2], ""), new TreeMap<>()));
            } else if (!line.startsWith("#") && !line.isBlank()) sample(line);
        }
        families.keySet().removeIf(name -> !name.startsWith("convoy_") || name.endsWith("_max"));
    }

    static Scrape of(String adminAddress) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + adminAddress + "/metrics"))
                .build();
        return new Scrape(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .toList());
    }

    private void sample(String line) {
        Matcher parts = SAMPLE.matcher(line);
        if (!parts.matches()) throw new AssertionError("no line of Prometheus' format: " + line);
        String labels = parts.group(2) == null ? "" : parts.group(2);
        samples.put(parts.group(1) + (labels.isEmpty() ? "" : "{" + labels + "}"), Double.valueOf(parts.group(3)));
        Family family = families.get(parts.group(1));
        if (family == null) family = families.get(parts.group(1).replaceFirst("_(bucket|count|sum)$", ""));
        if (family == null) return;
        Matcher label = LABEL.matcher(labels);
        while (label.find()) {
            if (label.group(1).equals("le")) continue;
            // Loops are numbered: one name stands for all.
            String value = label.group(2).replaceFirst("^(shard|loop)-\\d+$", "$1-N");
            family.labels()
                    .computeIfAbsent(label.group(1), name -> new TreeSet<>())
                    .add(value);
        }
    }

    /** The sum of all samples of this name whose labels contain this text. */
    double sum(String name, String labels) {
        return samples.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(name + "{")
                        || sample.getKey().equals(name))
                .filter(sample -> sample.getKey().contains(labels))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** A table in Markdown. */
    List<String> markdown() {
        List<String> rows = new ArrayList<>(List.of("| metric | type | labels | |", "|---|---|---|---|"));
        families.forEach((name, family) -> rows.add(
                "| `" + name + "` | " + family.type() + " | " + labels(family) + " | " + family.help() + " |"));
        return rows;
    }

    private static String labels(Family family) {
        List<String> all = new ArrayList<>();
        family.labels().forEach((label, values) -> {
            String some =
                    String.join(", ", values.stream().limit(VALUES_LISTED_MAX).toList());
            all.add("`" + label + "`: " + some + (values.size() > VALUES_LISTED_MAX ? ", …" : ""));
        });
        return String.join("; ", all);
    }
}
