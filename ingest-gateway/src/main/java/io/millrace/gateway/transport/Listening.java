package io.millrace.gateway.transport;

import io.millrace.runtime.process.StartException;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Where one of the ways in listens, and what lies below its protocol there.
 *
 * @param port 0 for any free one
 * @param layers lowest last: each puts itself below those before it
 * @param opened told the port, by each event loop
 */
public record Listening(Way way, String host, int port, List<Layer> layers, IntConsumer opened) {
    public Listening {
        layers = List.copyOf(layers);
    }

    /** In Vert.x's way to say it. */
    public int vertxPort() {
        return port == 0 ? way.anySharedPort() : port;
    }

    /**
     * Why it could not start, in the words of who has to mend it.
     *
     * @param failure as the transport gives it; the native one has no exception of its own for a port in use
     * @return what to throw: a {@link StartException} for what a person can mend, else the failure itself
     */
    public Throwable failed(Throwable failure) {
        if (!(failure instanceof IOException)) {
            return failure;
        }
        String message = String.valueOf(failure.getMessage());
        return failure instanceof BindException || message.contains("Address already in use")
                ? StartException.portInUse(port, way.setting(), failure)
                : new StartException("cannot listen on " + host + ":" + port + ": " + message, failure);
    }
}
