package io.millrace.runtime.process;

import org.jspecify.annotations.Nullable;

/** A service cannot start, for a reason that a person can mend; the message is the one line to show. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** For a listener: says which port and which setting to change. */
    public static StartException portInUse(int port, String setting, Throwable cause) {
        return new StartException("port " + port + " is in use (choose another with " + setting + ")", cause);
    }
}
