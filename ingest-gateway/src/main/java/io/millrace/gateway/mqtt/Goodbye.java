package io.millrace.gateway.mqtt;

import io.millrace.schemas.SessionEvent.CloseReason;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;

/** How an MQTT 5 client is told that we end its session. */
final class Goodbye {
    private Goodbye() {}

    static MqttDisconnectReasonCode code(CloseReason reason) {
        return switch (reason) {
            case TAKEN_OVER -> MqttDisconnectReasonCode.SESSION_TAKEN_OVER;
            case NOT_AUTHORIZED -> MqttDisconnectReasonCode.NOT_AUTHORIZED;
            case KEEP_ALIVE_TIMEOUT -> MqttDisconnectReasonCode.KEEP_ALIVE_TIMEOUT;
            case PROTOCOL_ERROR -> MqttDisconnectReasonCode.PROTOCOL_ERROR;
            case GATEWAY_STOPPING -> MqttDisconnectReasonCode.SERVER_SHUTTING_DOWN;
            case LEASE_LOST -> MqttDisconnectReasonCode.SERVER_BUSY;
            case CLIENT_DISCONNECT, CONNECTION_LOST -> MqttDisconnectReasonCode.UNSPECIFIED_ERROR;
        };
    }
}
