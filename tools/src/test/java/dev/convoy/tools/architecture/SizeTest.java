package dev.convoy.tools.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tripwire, not a goal: whoever meets a limit splits along the subject, or names the exception here with
 * its reason. An exception that is clearly not needed any more has to go.
 */
class SizeTest {
    private static final int JAVA_FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 60;
    private static final int LUA_FILE_LINES_MAX = 120;

    /** Of the limit: a file that goes back and forth around it does not break the build each time. */
    private static final double EXCEPTION_NEEDED_FROM = 0.9;

    /** File relative to the root → why it may be longer. */
    private static final Map<String, String> LONG_FILES = Map.of(
            "shared-protocol/src/main/java/dev/convoy/protocol/kcp/Kcp.java",
            "the one door of the KCP core: a fifth is documentation, and its parts are classes of their own",
            "client/src/main/java/dev/convoy/client/ClientSession.java",
            "the steps of coming back are read, and judged, in one piece");

    /** File relative to the root + "#" + method → why it may be longer. */
    private static final Map<String, String> LONG_METHODS = Map.of(
            "bench/src/main/java/dev/convoy/bench/Report.java#table",
            "a page of text with figures in it, top to bottom");

    @Test
    void noSourceFileIsTooLong() throws IOException {
        Map<String, Integer> tooLong = longFiles(1.0);
        assertThat(LONG_FILES.keySet())
                .as("files over the limit, with their lines: %s", tooLong)
                .containsAll(tooLong.keySet());
        assertThat(longFiles(EXCEPTION_NEEDED_FROM).keySet())
                .as("exceptions that are still needed")
                .containsAll(LONG_FILES.keySet());
    }

    @Test
    void noMethodIsTooLong() throws IOException {
        Map<String, Integer> tooLong = longMethods(Repository.root(), Repository.sources(".java"));
        assertThat(tooLong.keySet())
                .as("methods over the limit, with their lines: %s", tooLong)
                .isSubsetOf(LONG_METHODS.keySet());
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(Repository.modules())
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(module -> assertThat(module).isDirectory());
        assertThat(Repository.sources(".java"))
                .anySatisfy(file -> assertThat(file).endsWith(Path.of("tools", "architecture", "SizeTest.java")));
    }

    @Test
    void aMethodOfSixtyOneLinesIsFound(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("Long.java");
        Files.writeString(
                file,
                "class Long {\n  void longest() {\n" + "    int x;\n".repeat(59) + "  }\n  void fits() {\n"
                        + "    int x;\n".repeat(58) + "  }\n}\n");
        assertThat(longMethods(folder, List.of(file))).isEqualTo(Map.of("Long.java#longest", 61));
    }

    /** Files with more lines than this share of what is allowed. */
    private static Map<String, Integer> longFiles(double share) throws IOException {
        Map<String, Integer> tooLong = longFiles(Repository.sources(".java"), (int) (share * JAVA_FILE_LINES_MAX));
        tooLong.putAll(longFiles(Repository.sources(".lua"), (int) (share * LUA_FILE_LINES_MAX)));
        return tooLong;
    }

    private static Map<String, Integer> longFiles(List<Path> files, int linesMax) throws IOException {
        Map<String, Integer> tooLong = new TreeMap<>();
        for (Path file : files) {
            int lines = Files.readAllLines(file).size();
            if (lines > linesMax) tooLong.put(name(Repository.root(), file), lines);
        }
        return tooLong;
    }

    private static Map<String, Integer> longMethods(Path root, List<Path> files) throws IOException {
        Map<String, Integer> tooLong = new TreeMap<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                String file = name(root, Path.of(unit.getSourceFile().toUri()));
                new MethodMeter(unit, positions, file, tooLong).scan(unit, null);
            }
        }
        return tooLong;
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** Collects the methods of one file that are over the limit; Javadoc and annotations before it do not count. */
    private static final class MethodMeter extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final String file;
        private final Map<String, Integer> tooLong;

        MethodMeter(CompilationUnitTree unit, SourcePositions positions, String file, Map<String, Integer> tooLong) {
            this.unit = unit;
            this.positions = positions;
            this.file = file;
            this.tooLong = tooLong;
        }

        @Override
        public Void visitMethod(MethodTree method, Void none) {
            LineMap lines = unit.getLineMap();
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            int length = (int) (last - first + 1);
            if (length > METHOD_LINES_MAX) tooLong.merge(file + "#" + method.getName(), length, Math::max);
            return super.visitMethod(method, null);
        }
    }
}
