package io.millrace.simulator;

import java.util.Locale;

/** How devices reach the server, by the schemes that firmware writes into its URI. */
public enum Transport {
    MQTT(1883, false, false),
    MQTTS(8883, true, false),
    WS(8083, false, true),
    WSS(8084, true, true),
    HTTP(8081, false, false),
    HTTPS(8443, true, false);

    private final int defaultPort;
    private final boolean tls;
    private final boolean webSocket;

    Transport(int defaultPort, boolean tls, boolean webSocket) {
        this.defaultPort = defaultPort;
        this.tls = tls;
        this.webSocket = webSocket;
    }

    public int defaultPort() {
        return defaultPort;
    }

    public boolean tls() {
        return tls;
    }

    public boolean webSocket() {
        return webSocket;
    }

    public boolean http() {
        return this == HTTP || this == HTTPS;
    }

    public String scheme() {
        return name().toLowerCase(Locale.ROOT);
    }
}
