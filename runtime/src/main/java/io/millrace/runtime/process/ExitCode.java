package io.millrace.runtime.process;

/** What a process says at its end. */
public final class ExitCode {
    public static final int GOOD = 0;
    /** The thing asked for failed: a check, a rule test. */
    public static final int FAILED = 1;
    /** Wrong usage, configuration, or a start that cannot succeed like this. */
    public static final int WRONG_USAGE = 2;
    /** Warnings only, under --strict. */
    public static final int WARNINGS = 3;

    private ExitCode() {}
}
