package io.millrace.gateway.mqtt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operators connected to this gateway, by client id: a second connection with the same one takes over [MQTT-3.1.4-3]. Each
 * API key has client ids of its own, so that no key can end another's connections.
 */
public final class Operators {
    private record Client(String keyId, String clientId) {
        static Client of(OperatorConnection operator) {
            return new Client(operator.keyId(), operator.clientId());
        }
    }

    private final Map<Client, OperatorConnection> byClient = new ConcurrentHashMap<>();

    void add(OperatorConnection operator) {
        OperatorConnection before = byClient.put(Client.of(operator), operator);
        if (before != null) {
            before.takenOver();
        }
    }

    void remove(OperatorConnection operator) {
        byClient.remove(Client.of(operator), operator);
    }

    public int size() {
        return byClient.size();
    }

    /** Any thread: the keys have changed. */
    public void keysChanged() {
        byClient.values().forEach(OperatorConnection::keysChanged);
    }

    /** Any thread. */
    public void endAll() {
        byClient.values().forEach(OperatorConnection::gatewayStops);
    }
}
