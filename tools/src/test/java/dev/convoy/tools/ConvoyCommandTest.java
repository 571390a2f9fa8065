package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a person sees who types something wrong: one sentence, status 2, no stack trace. */
class ConvoyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''       | Say which command
                    frob     | There is no command 'frob'
                    --frob   | Unknown option: '--frob'
                    """)
    void whatIsNotUnderstoodIsSaidInOneSentence(String arguments, String sentence) {
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString()).startsWith("convoy: " + sentence).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theVersionIsTold() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("convoy ");
    }

    @Test
    void theHelpNamesTheCommands() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("Usage: convoy");
    }

    private int execute(String arguments) {
        CommandLine command =
                ConvoyCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(arguments.isBlank() ? new String[0] : arguments.split(" "));
    }
}
