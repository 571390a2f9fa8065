package dev.convoy.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo itself, with small numbers: real processes, a real Redis, a real SIGKILL. */
@Timeout(180)
class DemoTest {
    @TempDir
    private Path folder;

    @Test
    void playersSurviveTheDeathOfTheirNode() throws Exception {
        JsonObject result = demo("--nodes", "2", "--routers", "2", "--seconds", "8", "--fault", "kill");
        assertThat(result.getInteger("resumed")).as("resumed in %s", result).isPositive();
        assertThat(result.getJsonObject("outageMs").getInteger("p99"))
                .as("outage in %s", result)
                .isPositive()
                .isLessThanOrEqualTo(5_000);
    }

    @Test
    void playersOfACheckpointRoomMoveWithItOffADrainedNode() throws Exception {
        JsonObject result = demo(
                "--nodes", "2", "--routers", "1", "--seconds", "6", "--fault", "drain", "--durability", "checkpoint");
        assertThat(result.getInteger("resumed")).as("resumed in %s", result).isPositive();
        assertThat(result.getInteger("rolledBack"))
                .as("rolled back in %s", result)
                .isZero();
    }

    @Test
    void withoutAFaultNobodyHasToComeBack() throws Exception {
        JsonObject result = demo("--nodes", "1", "--routers", "1", "--seconds", "2", "--fault", "none");
        assertThat(result.getInteger("returns")).as("returns in %s", result).isZero();
    }

    private JsonObject demo(String... options) throws Exception {
        Path json = folder.resolve("out.json");
        StringWriter err = new StringWriter();
        String[] always = {"demo", "--players", "8", "--rooms", "4", "--json", json.toString()};
        String[] arguments = new String[always.length + options.length];
        System.arraycopy(always, 0, arguments, 0, always.length);
        System.arraycopy(options, 0, arguments, always.length, options.length);

        int status =
                ConvoyCommand.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);

        assertThat(err.toString()).isEmpty();
        JsonObject result = new JsonObject(Files.readString(json));
        assertThat(status).as("exit status, with %s", result).isZero();
        assertThat(result.getInteger("sent"))
                .isEqualTo(result.getInteger("answered"))
                .isPositive();
        for (String mishap : new String[] {"lost", "duplicated", "reordered", "foreign", "neverReturned"}) {
            assertThat(result.getInteger(mishap)).as("%s in %s", mishap, result).isZero();
        }
        return result;
    }
}
