package dev.convoy.tools.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Terminal terminal =
            new Terminal(new PrintStream(bytes, false, StandardCharsets.UTF_8), true, true, true, 10, 41);

    @Test
    void aSecondFrameIsWrittenOverTheFirst() {
        Panel panel = new Panel(terminal);
        panel.show(List.of("one", "two"));
        bytes.reset();
        panel.show(List.of("three"));
        assertThat(written()).isEqualTo("\u001b[2A\rthree\u001b[K\n\u001b[J");
    }

    @Test
    void theCursorIsNeverHidden() {
        new Panel(terminal).show(List.of(terminal.paint(Paint.RED, "one")));
        assertThat(written()).doesNotContain("\u001b[?25l");
    }

    @Test
    void aLineTooLongIsCutButItsColoursEnd() {
        String line = terminal.paint(Paint.GREEN, "x".repeat(100));
        assertThat(Panel.cut(line, 40)).isEqualTo("\u001b[32m" + "x".repeat(40) + "\u001b[0m");
    }

    @Test
    void rowsThatDoNotFitAreLeftOut() {
        new Panel(terminal).show(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"));
        assertThat(written()).contains("i").doesNotContain("j");
    }

    @Test
    void withoutColoursNothingIsPainted() {
        assertThat(Terminal.plain(System.out).paint(Paint.RED, "x")).isEqualTo("x");
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
