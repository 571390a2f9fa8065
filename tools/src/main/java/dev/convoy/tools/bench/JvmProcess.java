package dev.convoy.tools.bench;

import dev.convoy.tools.command.CommandFailure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM with the full compiler, which this process does without for the sake of its start, that ends with us. */
final class JvmProcess {
    private JvmProcess() {}

    /**
     * Runs a main class to its end.
     *
     * @param output where its standard output goes; its errors go to ours
     * @throws CommandFailure when it does not end with 0
     */
    static void run(String classPath, String mainClass, List<String> arguments, Redirect output)
            throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-cp", classPath, mainClass));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output)
                    .redirectError(Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw CommandFailure.failed("The benchmark did not start: " + e.getMessage() + ".", e);
        }
        Thread hook = new Thread(process::destroyForcibly, "end of the benchmark");
        Runtime.getRuntime().addShutdownHook(hook);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(hook);
        if (status != 0) throw CommandFailure.failed("The benchmark ended with status " + status + ".");
    }
}
