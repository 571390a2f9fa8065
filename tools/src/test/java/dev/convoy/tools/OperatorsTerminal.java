package dev.convoy.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** One of {@code ./convoy}'s admin commands, as an operator runs it, with what it printed. */
public record OperatorsTerminal(int status, String out, String err) {
    /** Runs a command in this JVM against the admin server at {@code host:port}. */
    public static OperatorsTerminal run(String address, String token, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try {
            Path file = Files.writeString(Files.createTempFile("convoy-token", ""), token + "\n");
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--admin", address, "--token-file", file.toString()));
            CommandLine commandLine = ConvoyCommand.commandLine();
            commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            int status = commandLine.execute(all.toArray(String[]::new));
            Files.delete(file);
            return new OperatorsTerminal(status, out.toString(), err.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
