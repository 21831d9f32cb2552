package io.millrace.standalone;

import io.millrace.runtime.process.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code millrace version}. */
@Command(name = "version", description = "Show the version.")
final class Version implements IVersionProvider, Callable<Integer> {
    @Override
    public String[] getVersion() {
        return new String[] {"millrace " + text(), "Java " + Runtime.version()};
    }

    @Override
    public Integer call() {
        System.out.println(String.join(System.lineSeparator(), getVersion()));
        return ExitCode.GOOD;
    }

    /** From the jar's manifest; classes that were not packaged have none. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
