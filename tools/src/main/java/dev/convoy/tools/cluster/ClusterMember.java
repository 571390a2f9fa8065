package dev.convoy.tools.cluster;

import dev.convoy.tools.command.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One node or router: a JVM that we started, with the class path that we run from. Its standard input is a
 * pipe from us that never carries anything: when we are gone, however that came about, the pipe ends, and by
 * that the process knows that it has to end too.
 *
 * <p>The only class here that several threads touch: whoever asks, the thread that reads the process's
 * output, and the one that waits for its end. They share the state below and nothing else.
 */
public final class ClusterMember {
    private final String name;
    private final Path log;
    private final Process process;
    private final CompletableFuture<ReadyLine> ready = new CompletableFuture<>();
    private final AtomicReference<MemberState> state = new AtomicReference<>(MemberState.STARTING);

    private ClusterMember(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a JVM.
     *
     * @param environment added to our own
     * @param log the file that gets what the process writes
     * @param whenDied told once if the process ends, after it was ready, without being asked
     */
    static ClusterMember start(
            String name, String mainClass, Map<String, String> environment, Path log, Consumer<ClusterMember> whenDied)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(commandLine(mainClass)).redirectError(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("CONVOY_DIE_WITH_PARENT", "true");
        ClusterMember member = new ClusterMember(name, log, builder.start());
        Thread reader = new Thread(member::readOutput, "output of " + name);
        reader.setDaemon(true);
        reader.start();
        var unused = member.process.onExit().thenAccept(ended -> member.hasEnded(whenDied));
        return member;
    }

    /** A small heap and a fast start: several of these share a machine with whoever tries Convoy out. */
    private static List<String> commandLine(String mainClass) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms32m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass);
    }

    private void readOutput() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                ReadyLine.parse(line).ifPresent(this::isReady);
            }
        } catch (IOException e) {
            // The process or its pipe is gone; its end is told by onExit.
        }
    }

    private void isReady(ReadyLine line) {
        state.compareAndSet(MemberState.STARTING, MemberState.UP);
        ready.complete(line);
    }

    private void hasEnded(Consumer<ClusterMember> whenDied) {
        // An operator has drained it: it ends in order, as if we had asked.
        if (process.exitValue() == 0) state.compareAndSet(MemberState.UP, MemberState.STOPPED);
        boolean wasUp = state.compareAndSet(MemberState.UP, MemberState.DIED)
                || state.compareAndSet(MemberState.PAUSED, MemberState.DIED);
        state.compareAndSet(MemberState.STARTING, MemberState.DIED);
        state.compareAndSet(MemberState.DRAINING, process.exitValue() == 0 ? MemberState.STOPPED : MemberState.DIED);
        ready.completeExceptionally(
                CommandFailure.failed(name + " did not start: " + lastWords() + " (its log: " + log + ")."));
        if (wasUp) whenDied.accept(this);
    }

    /** The last line that it wrote, which for a refused start is its sentence about why. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (!lines.isEmpty()) return lines.get(lines.size() - 1).strip();
        } catch (IOException e) {
            // No log is as good as an empty one.
        }
        return "it said nothing";
    }

    /** Fails with a {@link CommandFailure} when the process ends before it is ready. */
    CompletableFuture<ReadyLine> ready() {
        return ready;
    }

    /** E.g. {@code node 2}. */
    public String name() {
        return name;
    }

    /** The server id of a node that is or was ready; else 0. */
    public int serverId() {
        return isReady() ? ready.join().serverId() : 0;
    }

    /** The public port of a router that is or was ready; else 0. */
    public int port() {
        return isReady() ? ready.join().port() : 0;
    }

    /** {@code host:port} of the admin server of a member that is or was ready; empty when it has none. */
    public String admin() {
        return isReady() ? ready.join().admin() : "";
    }

    private boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    public MemberState state() {
        return Objects.requireNonNull(state.get());
    }

    public long pid() {
        return process.pid();
    }

    /** CPU time that the process has used so far, in all its threads. */
    public long cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    public Path log() {
        return log;
    }

    /** SIGKILL: no goodbye, no flush, as if the machine had lost its power. */
    public void kill() {
        state.set(MemberState.KILLED);
        process.destroyForcibly();
    }

    /**
     * SIGTERM, and then it has to end by itself: its state says whether it did, and with 0. By its handle, because
     * {@link Process#destroy} also ends the pipe that ties it to us, which tells it to end at once.
     */
    public void drain() {
        if (state.compareAndSet(MemberState.UP, MemberState.DRAINING))
            process.toHandle().destroy();
    }

    /** SIGSTOP: alive for the kernel and for TCP, dead for everybody else. */
    public void pause() {
        if (state.compareAndSet(MemberState.UP, MemberState.PAUSED)) signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        if (state.compareAndSet(MemberState.PAUSED, MemberState.UP)) signal("CONT");
    }

    /** Java itself knows no other signals than SIGTERM and SIGKILL. */
    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                    .start()
                    .waitFor();
            if (status != 0) throw CommandFailure.failed(name + " could not be sent SIG" + signal + ".");
        } catch (IOException e) {
            throw CommandFailure.failed(name + " could not be sent SIG" + signal + ": " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM. */
    void stop() {
        if (!process.isAlive()) return;
        resume();
        state.set(MemberState.STOPPED);
        process.destroy();
    }

    /** Waits for the end of a process that was told to stop, and makes it end when it does not in time. */
    void awaitEnd(long deadlineNanos) throws InterruptedException {
        if (process.waitFor(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) return;
        process.destroyForcibly();
        process.waitFor();
    }
}
