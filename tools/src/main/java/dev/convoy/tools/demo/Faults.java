package dev.convoy.tools.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What happens in the middle of the demo: one fault, or several at the same moment. */
record Faults(List<Fault> all) {
    /** {@code kill}, {@code kill+router}, {@code kill,roam}. */
    static final class Converter implements ITypeConverter<Faults> {
        @Override
        public Faults convert(String text) {
            List<Fault> faults = new ArrayList<>();
            for (String name : text.split("[+,]", -1)) {
                Fault fault = Arrays.stream(Fault.values())
                        .filter(known -> known.toString().equals(name.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException("'" + name + "' is not one of " + names()));
                if (faults.contains(fault)) throw new TypeConversionException("'" + name + "' stands there twice");
                faults.add(fault);
            }
            if (faults.contains(Fault.NONE) && faults.size() > 1) {
                throw new TypeConversionException("'none' and something else");
            }
            return new Faults(List.copyOf(faults));
        }
    }

    static Faults of(Fault... faults) {
        return new Faults(List.of(faults));
    }

    boolean has(Fault fault) {
        return all.contains(fault);
    }

    boolean isNone() {
        return has(Fault.NONE);
    }

    /** How many nodes there must be so that one is left however many go. */
    int nodesMin() {
        return together(Fault::nodesMin);
    }

    int routersMin() {
        return together(Fault::routersMin);
    }

    /** Whether others take a node's rooms over without its help: what only it knows is gone. */
    boolean isCrash() {
        return any(Fault::isCrash);
    }

    private boolean any(Predicate<Fault> holds) {
        return all.stream().anyMatch(holds);
    }

    private int together(ToIntFunction<Fault> min) {
        return 1 + all.stream().mapToInt(fault -> min.applyAsInt(fault) - 1).sum();
    }

    private static String names() {
        return Arrays.stream(Fault.values()).map(Fault::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return all.stream().map(Fault::toString).collect(Collectors.joining("+"));
    }
}
