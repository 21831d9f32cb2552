package io.millrace.gateway.mqtt;

import io.millrace.gateway.packet.PacketDecoder;
import io.vertx.mqtt.MqttEndpoint;

/** The client id as the client sent it. */
final class ClientId {
    private ClientId() {}

    /** Empty if it left it to us. */
    static String of(MqttEndpoint endpoint) {
        String id = endpoint.clientIdentifier();
        return id == null || id.equals(PacketDecoder.NO_CLIENT_ID) ? "" : id;
    }

    /** 3.1.1 wants one of who keeps its session [MQTT-3.1.3-8]. */
    static boolean isMissing(MqttEndpoint endpoint) {
        return of(endpoint).isEmpty() && !endpoint.isCleanSession() && !Connack.isMqtt5(endpoint);
    }
}
