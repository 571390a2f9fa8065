package dev.convoy.tools.config;

import dev.convoy.node.NodeSettings;
import dev.convoy.operations.settings.Declarations;
import dev.convoy.operations.settings.SettingsPage;
import dev.convoy.operations.settings.Sources;
import dev.convoy.router.RouterSettings;
import dev.convoy.tools.command.CommandFailure;
import dev.convoy.tools.command.ConvoyVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convoy config}: every setting with its documentation, its default and the value that it has here. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        versionProvider = ConvoyVersion.class,
        description = {
            "Shows every setting of a node or a router: the value that it would have if the process were started here,"
                    + " where that comes from (environment, file, flag), what it means and what is allowed. Secrets are"
                    + " never shown.",
            ""
        },
        footer = {
            "",
            "A setting is given in the environment (CONVOY_NODE_HOST=10.0.0.7), in a file that CONVOY_CONFIG names (a"
                    + " line of the same form), or as a flag of the process (--node-host=10.0.0.7); a flag wins over the"
                    + " file, and the file over the environment. A secret X also as X_FILE, the path of a file."
        })
public final class ConfigCommand implements Callable<Integer> {
    private enum Program {
        NODE,
        ROUTER;

        Declarations settings() {
            return this == NODE ? NodeSettings.ALL : RouterSettings.ALL;
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PROGRAM", description = "node or router; without it both")
    private @Nullable Program program;

    @Option(names = "--config", paramLabel = "FILE", description = "read this file of settings")
    private @Nullable String file;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        String[] flags = file == null ? new String[0] : new String[] {"--config=" + file};
        Sources sources = Sources.ofProcess(flags, System.getenv());
        JsonObject all = new JsonObject();
        boolean isFit = true;
        for (Program each : program == null ? List.of(Program.values()) : List.of(program)) {
            Declarations.Look look = each.settings().look(sources);
            isFit &= look.problems().isEmpty();
            if (json) {
                all.put(
                        each.settings().process(),
                        new JsonObject()
                                .put("settings", SettingsPage.json(look.settings()))
                                .put("problems", new JsonArray(look.problems()))
                                .put("notes", new JsonArray(look.settings().notes())));
                continue;
            }
            out.println("# " + each.settings().process());
            out.println();
            out.print(SettingsPage.text(look.settings()));
            look.settings().notes().forEach(note -> out.println("# " + note));
            out.flush();
            look.problems().forEach(problem -> err.println(each.settings().process() + ": " + problem));
        }
        if (json) out.println(all.encodePrettily());
        out.flush();
        err.flush();
        return isFit ? 0 : CommandFailure.STATUS_FAILED;
    }
}
