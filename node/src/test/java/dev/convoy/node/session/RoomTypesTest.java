package dev.convoy.node.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A game's jar in a folder, and what a node says at its start when it is of no use. */
class RoomTypesTest {
    @TempDir
    private Path folder;

    @Test
    void aJarInTheFolderBringsItsRoomType() throws IOException {
        jar("mine", "mine");
        assertThat(RoomTypes.load(folder.resolve("rooms")).toString())
                .contains("arena", "chat", "echo", "ledger", "mine");
        assertThat(RoomTypes.load().named("mine")).isNull();
    }

    @Test
    void twoOfOneNameAreBothNamed() throws IOException {
        jar("MyEcho", "echo");
        assertThatThrownBy(() -> RoomTypes.load(folder.resolve("rooms")))
                .hasMessage("two room types are called echo: dev.convoy.node.builtin.EchoRoom$Type and MyEcho");
    }

    @Test
    void oneThatCannotBeLoadedIsNamed() throws IOException {
        Path rooms = Files.createDirectories(folder.resolve("rooms"));
        pack(rooms.resolve("broken.jar"), "no.such.Type", null);
        assertThatThrownBy(() -> RoomTypes.load(rooms))
                .hasMessageStartingWith("a room type cannot be loaded: ")
                .hasMessageContaining("no.such.Type");
    }

    @Test
    void aNameThatCannotBeIsRefused() throws IOException {
        jar("Nameless", "");
        assertThatThrownBy(() -> RoomTypes.load(folder.resolve("rooms")))
                .hasMessage("the name of the room type Nameless must have 1 to 32 bytes, not 0");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> RoomTypes.load(folder.resolve("nowhere")))
                .hasMessageStartingWith("CONVOY_ROOMS_PATH names ")
                .hasMessageEndingWith("nowhere, which is no readable folder");
    }

    /** A jar with a room type of that class name and name. */
    private void jar(String className, String name) throws IOException {
        Path source = Files.writeString(
                folder.resolve(className + ".java"),
                "public class " + className + " implements dev.convoy.room.RoomType {\n"
                        + "  public String name() { return \"" + name + "\"; }\n"
                        + "  public dev.convoy.room.Room create() { throw new IllegalStateException(); }\n}\n");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(status).isZero();
        Path rooms = Files.createDirectories(folder.resolve("rooms"));
        pack(rooms.resolve("game.jar"), className, folder.resolve(className + ".class"));
    }

    private static void pack(Path jar, String service, @org.jspecify.annotations.Nullable Path compiled)
            throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("META-INF/services/dev.convoy.room.RoomType"));
            out.write(service.getBytes(StandardCharsets.UTF_8));
            if (compiled == null) return;
            out.putNextEntry(new JarEntry(String.valueOf(compiled.getFileName())));
            out.write(Files.readAllBytes(compiled));
        }
    }
}
