package io.millrace.gateway.packet;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.Set;

/** PUBACK, PUBREC, PUBREL and PUBCOMP, which have one form. Pure. */
final class AcknowledgementPacket {
    private static final Set<Integer> OF_MESSAGES = Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static final Set<Integer> OF_IDS = Set.of(0x00, 0x92);
    private static final MqttFixedHeader PUBACK = header(MqttMessageType.PUBACK, MqttQoS.AT_MOST_ONCE);
    private static final MqttFixedHeader PUBREC = header(MqttMessageType.PUBREC, MqttQoS.AT_MOST_ONCE);
    private static final MqttFixedHeader PUBREL = header(MqttMessageType.PUBREL, MqttQoS.AT_LEAST_ONCE);
    private static final MqttFixedHeader PUBCOMP = header(MqttMessageType.PUBCOMP, MqttQoS.AT_MOST_ONCE);

    private AcknowledgementPacket() {}

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS flags) {
        return new MqttFixedHeader(type, false, flags, false, 0);
    }

    static MqttMessage read(int first, PacketReader in, boolean mqtt5) {
        int type = first >> 4;
        int packetId = in.packetId();
        int code = mqtt5 && in.remaining() > 0 ? in.u8() : 0;
        MqttProperties properties = mqtt5 && in.remaining() > 0
                ? Properties.read(in, Properties.ACKNOWLEDGEMENT)
                : MqttProperties.NO_PROPERTIES;
        in.requireEnd();
        // [MQTT-3.4.2-1], [MQTT-3.5.2-1], [MQTT-3.6.2-1], [MQTT-3.7.2-1]
        if (code != 0 && !(type < 6 ? OF_MESSAGES : OF_IDS).contains(code)) {
            throw ProtocolError.malformed("reason code " + code + " in a packet of type " + type);
        }
        var variable = new MqttPubReplyMessageVariableHeader(packetId, (byte) code, properties);
        return switch (type) {
            case 4 -> new MqttPubAckMessage(PUBACK, variable);
            case 5 -> new MqttMessage(PUBREC, variable);
            case 6 -> new MqttMessage(PUBREL, variable);
            default -> new MqttMessage(PUBCOMP, variable);
        };
    }
}
