package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process that is measured, or that measures, and ends with us: it is killed when we close it or are told to end, and a
 * JVM of ours also sees its standard input end. Speaks in lines. Owned by one thread.
 */
final class BenchProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final Thread hook;

    private BenchProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.hook = new Thread(process::destroyForcibly, "end of " + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A JVM with the full compiler and little memory, from our own class path. */
    static BenchProcess java(String name, String mainClass, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        return start(name, command, environment);
    }

    /** Any program. */
    static BenchProcess start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            return new BenchProcess(name, builder.start());
        } catch (IOException e) {
            throw CommandFailure.failed(name + " did not start: " + e.getMessage() + ".", e);
        }
    }

    /** Waits for the next line that it prints. */
    String readLine() {
        try {
            String line = output.readLine();
            if (line != null) return line;
        } catch (IOException gone) {
            throw CommandFailure.failed(name + " ended before its time.", gone);
        }
        throw CommandFailure.failed(name + " ended before its time.");
    }

    /** Sends a line and waits for the answer. */
    String ask(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        } catch (IOException gone) {
            throw CommandFailure.failed(name + " ended before its time.", gone);
        }
        return readLine();
    }

    /** The number behind {@code key=} in a line. */
    static long number(String line, String key) {
        for (String word : line.split(" ", -1)) {
            if (word.startsWith(key + "=")) return Long.parseLong(word.substring(key.length() + 1));
        }
        throw CommandFailure.failed("\"" + line + "\" does not tell " + key + ".");
    }

    /** CPU time of all its threads so far, user and system, in steps of the system's clock tick (10 ms). */
    long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** Memory that it occupies; 0 where the system does not tell. */
    long residentBytes() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) return 0;
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException ending) {
            // The hook does it, or has.
        }
    }
}
