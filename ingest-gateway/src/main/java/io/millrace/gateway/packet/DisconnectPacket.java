package io.millrace.gateway.packet;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import java.util.Set;

/** A client's DISCONNECT. Pure. */
final class DisconnectPacket {
    private static final Set<Integer> CODES =
            Set.of(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);
    private static final MqttFixedHeader HEADER =
            new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0);

    private DisconnectPacket() {}

    static MqttMessage read(PacketReader in, boolean mqtt5) {
        int code = mqtt5 && in.remaining() > 0 ? in.u8() : 0;
        MqttProperties properties =
                mqtt5 && in.remaining() > 0 ? Properties.read(in, Properties.DISCONNECT) : MqttProperties.NO_PROPERTIES;
        in.requireEnd();
        if (!CODES.contains(code)) {
            throw ProtocolError.malformed("reason code " + code + " in a client's DISCONNECT"); // [MQTT-3.14.2-1]
        }
        return new MqttMessage(HEADER, new MqttReasonCodeAndPropertiesVariableHeader((byte) code, properties));
    }
}
