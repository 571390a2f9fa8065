package dev.convoy.tools.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/** Code that a page shows and that is compiled elsewhere: the two are the same, but for the head of the file. */
public final class DocumentedCode {
    private DocumentedCode() {}

    /** Requires that the page has the whole file but its package and imports in one block of code; both relative to the root. */
    public static void requireIn(String page, String file) throws IOException {
        String shown = Files.readString(Repository.root().resolve(page)).replace("\r\n", "\n");
        List<String> lines = Files.readAllLines(Repository.root().resolve(file));
        int first = 0;
        while (lines.get(first).isBlank()
                || lines.get(first).startsWith("package ")
                || lines.get(first).startsWith("import ")) first++;
        String code = String.join("\n", lines.subList(first, lines.size()));
        boolean isShown =
                Arrays.stream(shown.split("```java\n")).skip(1).anyMatch(block -> block.startsWith(code + "\n```"));
        assertThat(isShown)
                .as("%s shows what stands in %s; copy it there from its first comment on", page, file)
                .isTrue();
    }
}
