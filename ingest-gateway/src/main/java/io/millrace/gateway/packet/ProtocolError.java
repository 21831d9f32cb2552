package io.millrace.gateway.packet;

import io.netty.handler.codec.DecoderException;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;

/**
 * A client breaks the protocol, and its connection ends; in MQTT 5 with this reason code and, as its reason string, the message.
 * It has no stack trace: it is the client's mistake, and some make it often.
 */
public final class ProtocolError extends DecoderException {
    private final transient MqttDisconnectReasonCode code;

    public ProtocolError(MqttDisconnectReasonCode code, String message) {
        super(message);
        this.code = code;
    }

    /** Bytes that cannot be parsed, or a bit or a character that may not be there [MQTT-1.5.4-1], [MQTT-2.1.3-1]. */
    static ProtocolError malformed(String message) {
        return new ProtocolError(MqttDisconnectReasonCode.MALFORMED_PACKET, message);
    }

    /** A packet that can be parsed and may not be sent: [MQTT 5, 4.13.1]. */
    static ProtocolError forbidden(String message) {
        return new ProtocolError(MqttDisconnectReasonCode.PROTOCOL_ERROR, message);
    }

    public MqttDisconnectReasonCode code() {
        return code;
    }

    /** Needless here, and dear. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
