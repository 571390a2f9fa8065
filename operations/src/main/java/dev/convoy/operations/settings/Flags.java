package dev.convoy.operations.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings on a command line: {@code --node-host=10.0.0.7} is {@code CONVOY_NODE_HOST}. */
final class Flags {
    private static final Pattern FLAG = Pattern.compile("--([a-z0-9]+(?:-[a-z0-9]+)*)=(.*)", Pattern.DOTALL);

    private Flags() {}

    /** E.g. {@code --node-host} for {@code CONVOY_NODE_HOST}. */
    static String of(String name) {
        return "--"
                + name.substring(Setting.PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-');
    }

    /** The names and values in {@code arguments}; what is not understood goes to {@code problems} as a sentence. */
    static Map<String, String> read(String[] arguments, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            Matcher flag = FLAG.matcher(argument);
            if (!flag.matches()) {
                // Not repeated beyond the '=': what follows it may be secret.
                problems.add("'" + argument.replaceAll("(?s)=.*", "=…")
                        + "' is not understood: flags look like --node-host=127.0.0.1.");
                continue;
            }
            String name =
                    Setting.PREFIX + flag.group(1).toUpperCase(Locale.ROOT).replace('-', '_');
            if (values.put(name, flag.group(2)) != null) problems.add(of(name) + " is given twice.");
        }
        return values;
    }
}
