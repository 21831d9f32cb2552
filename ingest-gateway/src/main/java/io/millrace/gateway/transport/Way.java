package io.millrace.gateway.transport;

/** The ways in. Each is a port of its own, on which every event loop listens. */
public enum Way {
    MQTT("mqtt", "mqtt.port", false),
    WEB_SOCKET("ws", "mqtt.websocket.port", false),
    HTTP("http", "http.port", false),
    MQTT_TLS("mqtts", "mqtt.tls.port", true),
    WEB_SOCKET_TLS("wss", "mqtt.websocket.tls.port", true),
    HTTP_TLS("https", "http.tls.port", true),
    MQTT_PSK("mqtt-psk", "mqtt.tls-psk.port", false);

    private final String text;
    private final String setting;
    private final boolean tls;

    Way(String text, String setting, boolean tls) {
        this.text = text;
        this.setting = setting;
        this.tls = tls;
    }

    /** What a configuration calls it. */
    public String text() {
        return text;
    }

    /** That says its port. */
    public String setting() {
        return setting;
    }

    /** Whether it opens only where there is a certificate. */
    public boolean needsCertificate() {
        return tls;
    }

    public boolean isHttp() {
        return this == HTTP || this == HTTP_TLS;
    }

    public boolean isWebSocket() {
        return this == WEB_SOCKET || this == WEB_SOCKET_TLS;
    }

    /** For any free port that all instances share, Vert.x wants a negative number, another for each way. */
    int anySharedPort() {
        return -1 - ordinal();
    }
}
