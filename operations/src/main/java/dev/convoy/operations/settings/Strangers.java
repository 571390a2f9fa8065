package dev.convoy.operations.settings;

import dev.convoy.operations.settings.Sources.Given;
import dev.convoy.operations.settings.Sources.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names that are nobody's. One that nearly is a setting is a slip of the pen and refused, wherever it stands; any other
 * is refused on a command line, which is ours alone, and told of elsewhere: an environment or a file may be shared with
 * processes of other kinds.
 *
 * <p>Kubernetes puts the addresses of Services into every container's environment, under names like ours when the
 * Service's name begins with {@code convoy-}. Those are passed over, and when one hides a setting the refusal says so.
 */
final class Strangers {
    private static final int SLIP_EDITS_MAX = 2;
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_SERVICE_(HOST|PORT.*)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Declarations declarations;
    private final List<String> problems;
    private final List<String> notes;

    Strangers(Declarations declarations, List<String> problems, List<String> notes) {
        this.declarations = declarations;
        this.problems = problems;
        this.notes = notes;
    }

    void look(Sources sources) {
        for (Given given : sources.given()) {
            List<String> others = new ArrayList<>();
            given.values().forEach((name, text) -> {
                if (!isOurs(name)) look(given.kind(), name, text, others::add);
                else if (SERVICE_ADDRESS.matcher(text).matches()) {
                    problems.add(name + " is hidden by a Service of Kubernetes: set enableServiceLinks: false in the"
                            + " pod's spec.");
                }
            });
            if (!others.isEmpty()) {
                notes.add("Not settings of a " + declarations.process() + ", and passed over: "
                        + String.join(", ", others) + ".");
            }
        }
    }

    private void look(Kind kind, String name, String text, Consumer<String> passOver) {
        if (kind == Kind.ENVIRONMENT && isServiceLink(name, text)) return;
        Optional<String> near = nearest(name);
        if (isOpenSettingAsFile(name)) {
            problems.add(name + ": only secrets are read from a file of their own.");
        } else if (near.isPresent()) {
            problems.add(shown(kind, name) + " is no setting of a " + declarations.process() + "; did you mean "
                    + shown(kind, near.get()) + "?");
        } else if (kind == Kind.FLAG || !name.startsWith(Setting.PREFIX)) {
            problems.add(shown(kind, name) + " is no setting of a " + declarations.process() + ".");
        } else {
            passOver.accept(name);
        }
    }

    private boolean isOurs(String name) {
        return names().anyMatch(name::equals);
    }

    /** All names that mean something, those of secrets' files included. */
    private Stream<String> names() {
        return declarations.all().stream()
                .flatMap(setting -> setting.mayBeFile()
                        ? Stream.of(setting.name(), setting.name() + Setting.FILE_SUFFIX)
                        : Stream.of(setting.name()));
    }

    private boolean isOpenSettingAsFile(String name) {
        return name.endsWith(Setting.FILE_SUFFIX)
                && declarations.has(name.substring(0, name.length() - Setting.FILE_SUFFIX.length()));
    }

    private static boolean isServiceLink(String name, String text) {
        return SERVICE_LINK.matcher(name).matches()
                || SERVICE_ADDRESS.matcher(text).matches();
    }

    private static String shown(Kind kind, String name) {
        return kind == Kind.FLAG ? Flags.of(name) : name;
    }

    private Optional<String> nearest(String name) {
        return names().filter(known -> edits(name, known) <= SLIP_EDITS_MAX)
                .min(Comparator.comparingInt(known -> edits(name, known)));
    }

    /** Letters to add, take away or change to make one of the other (Levenshtein's distance). */
    static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
