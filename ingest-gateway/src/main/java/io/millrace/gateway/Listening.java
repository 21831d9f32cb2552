package io.millrace.gateway;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.net.BindException;

/** Why a listener could not start, in the words of who has to mend it. */
public final class Listening {
    private Listening() {}

    /**
     * @param failure as the transport gives it; the native one has no exception of its own for a port in use
     * @param setting that says the port
     * @return what to throw: a {@link StartException} for what a person can mend, else the failure itself
     */
    public static Throwable failed(Throwable failure, String host, int port, String setting) {
        if (!(failure instanceof IOException)) {
            return failure;
        }
        String message = String.valueOf(failure.getMessage());
        return failure instanceof BindException || message.contains("Address already in use")
                ? StartException.portInUse(port, setting, failure)
                : new StartException("cannot listen on " + host + ":" + port + ": " + message, failure);
    }
}
