package dev.convoy.tools.command;

import picocli.CommandLine.IVersionProvider;

/** What {@code convoy --version} says: the version in the manifest of the jar, and the Java that runs it. */
public final class ConvoyVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = ConvoyVersion.class.getPackage().getImplementationVersion();
        return new String[] {
            "convoy " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version(),
        };
    }
}
