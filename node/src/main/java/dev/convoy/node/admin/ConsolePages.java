package dev.convoy.node.admin;

import dev.convoy.operations.http.AdminCalls;
import java.util.List;

/**
 * The console: a page for people, and the files that it needs, as they lie in the node's resources. Nothing in them is
 * secret; all that the page shows it asks for by the admin calls, with the token of whoever looks at it.
 */
public final class ConsolePages {
    private static final String FOLDER = "dev/convoy/node/console/";
    private static final String PATH = "/console";
    private static final List<String> MODULES =
            List.of("api.js", "cluster.js", "console.js", "graph.js", "nodes.js", "page.js", "sessions.js");

    private ConsolePages() {}

    /** Says where they are. */
    public static void announce(AdminCalls calls) {
        calls.page(PATH, FOLDER + "index.html", "text/html; charset=utf-8");
        calls.page(PATH + "/console.css", FOLDER + "console.css", "text/css; charset=utf-8");
        calls.page(PATH + "/icon.svg", FOLDER + "icon.svg", "image/svg+xml");
        for (String module : MODULES)
            calls.page(PATH + "/" + module, FOLDER + module, "text/javascript; charset=utf-8");
    }
}
