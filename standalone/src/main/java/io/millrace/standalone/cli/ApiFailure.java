package io.millrace.standalone.cli;

import io.millrace.runtime.process.ExitCode;

/** What hindered a command, as one line for a person, with the exit code that says so to a program. */
final class ApiFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    private ApiFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The thing asked for failed. */
    static ApiFailure failed(String message) {
        return new ApiFailure(ExitCode.FAILED, message);
    }

    /** It cannot be asked for like this. */
    static ApiFailure usage(String message) {
        return new ApiFailure(ExitCode.WRONG_USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
