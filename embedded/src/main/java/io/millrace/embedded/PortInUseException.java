package io.millrace.embedded;

import java.io.IOException;

/** The port is taken by another process. */
public final class PortInUseException extends IOException {
    private static final long serialVersionUID = 1;

    private final int port;

    PortInUseException(int port, IOException cause) {
        super("port " + port + " is in use", cause);
        this.port = port;
    }

    public int port() {
        return port;
    }
}
