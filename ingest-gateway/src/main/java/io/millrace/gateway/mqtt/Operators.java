package io.millrace.gateway.mqtt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The operators connected to this gateway, by client id: a second connection with the same one takes over [MQTT-3.1.4-3]. */
public final class Operators {
    private final Map<String, OperatorConnection> byClientId = new ConcurrentHashMap<>();

    void add(OperatorConnection operator) {
        OperatorConnection before = byClientId.put(operator.clientId(), operator);
        if (before != null) {
            before.takenOver();
        }
    }

    void remove(OperatorConnection operator) {
        byClientId.remove(operator.clientId(), operator);
    }

    public int size() {
        return byClientId.size();
    }

    /** Any thread: the keys have changed. */
    public void keysChanged() {
        byClientId.values().forEach(OperatorConnection::keysChanged);
    }

    /** Any thread. */
    public void endAll() {
        byClientId.values().forEach(OperatorConnection::gatewayStops);
    }
}
