package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics.ConnectOutcome;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** Why a CONNECT is refused, in the words of both protocols. */
enum Refusal {
    /** Unknown or a wrong secret: the same answer for both. */
    BAD_CREDENTIALS(
            ConnectOutcome.BAD_CREDENTIALS,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD),
    /** Not looked at. In 3.1.1 as unavailable, for nothing is said of the credentials: it may come again. */
    TOO_MANY_FAILURES(
            ConnectOutcome.TOO_MANY_FAILURES,
            MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE),
    NOT_AUTHORIZED(
            ConnectOutcome.NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED),
    BAD_CLIENT_ID(
            ConnectOutcome.BAD_CLIENT_ID,
            MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
            MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED),
    /** Kafka is away, or the gateway stops. */
    UNAVAILABLE(
            ConnectOutcome.UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE),
    /** Too many come at once. */
    BUSY(
            ConnectOutcome.BUSY,
            MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE),
    /** A will on a topic that is not its own. */
    FOREIGN_WILL(
            ConnectOutcome.BAD_WILL,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED),
    /** MQTT 5 only: in 3.1.1 the flag is ignored. */
    RETAINED_WILL(
            ConnectOutcome.BAD_WILL,
            MqttConnectReturnCode.CONNECTION_REFUSED_RETAIN_NOT_SUPPORTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED),
    /** MQTT 5 enhanced authentication, of which there is none here. */
    AUTHENTICATION_METHOD(
            ConnectOutcome.UNSUPPORTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED),
    /** MQTT 5 only: the client takes no packet as large as our CONNACK [MQTT-3.1.2-24]. */
    SMALL_PACKETS(
            ConnectOutcome.UNSUPPORTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED),
    /** MQTT 3.1 and older. */
    VERSION(
            ConnectOutcome.UNSUPPORTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);

    private final ConnectOutcome outcome;
    private final MqttConnectReturnCode mqtt5;
    private final MqttConnectReturnCode mqtt3;

    Refusal(ConnectOutcome outcome, MqttConnectReturnCode mqtt5, MqttConnectReturnCode mqtt3) {
        this.outcome = outcome;
        this.mqtt5 = mqtt5;
        this.mqtt3 = mqtt3;
    }

    ConnectOutcome outcome() {
        return outcome;
    }

    /** Into the device's diagnostics, if it is one and if it can do something about it. */
    void tell(Diagnostics diagnostics, String claimed, MqttSocket socket) {
        if (this != UNAVAILABLE && this != BUSY) {
            diagnostics.refused(claimed, outcome.text(), socket.remoteHost());
        }
    }

    MqttConnectReturnCode code(boolean isMqtt5) {
        return isMqtt5 ? mqtt5 : mqtt3;
    }
}
