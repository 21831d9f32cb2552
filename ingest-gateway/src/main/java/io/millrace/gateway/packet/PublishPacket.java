package io.millrace.gateway.packet;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.jspecify.annotations.Nullable;

/** A client's PUBLISH, its topic alias resolved. */
final class PublishPacket {
    /** By the flags; a header's remaining length is of no use any more. */
    private static final MqttFixedHeader[] HEADERS = new MqttFixedHeader[16];

    static {
        for (int flags = 0; flags < HEADERS.length; flags++) {
            int qos = flags >> 1 & 3;
            if (qos < 3) {
                HEADERS[flags] = new MqttFixedHeader(
                        MqttMessageType.PUBLISH, (flags & 8) != 0, MqttQoS.valueOf(qos), (flags & 1) != 0, 0);
            }
        }
    }

    private PublishPacket() {}

    /** @param aliases null in 3.1.1 */
    static MqttMessage read(int first, PacketReader in, @Nullable TopicAliases aliases) {
        int qos = first >> 1 & 3;
        if (qos == 3) {
            throw ProtocolError.malformed("QoS 3"); // [MQTT-3.3.1-4]
        }
        if (qos == 0 && (first & 8) != 0) {
            throw ProtocolError.malformed("DUP with QoS 0"); // [MQTT-3.3.1-2]
        }
        String topic = in.text();
        int packetId = qos == 0 ? 0 : in.packetId();
        MqttProperties properties =
                aliases == null ? MqttProperties.NO_PROPERTIES : Properties.read(in, Properties.PUBLISH);
        if (aliases != null) {
            topic = meant(topic, properties, aliases);
        }
        return new MqttPublishMessage(
                HEADERS[first & 15],
                new MqttPublishVariableHeader(PacketReader.requireTopicName(topic), packetId, properties),
                Unpooled.wrappedBuffer(in.rest()));
    }

    private static String meant(String topic, MqttProperties properties, TopicAliases aliases) {
        if (!properties.isEmpty()
                && properties.getProperty(MqttProperties.TOPIC_ALIAS) instanceof IntegerProperty alias) {
            return aliases.topic(alias.value(), topic);
        }
        if (topic.isEmpty()) {
            throw ProtocolError.forbidden("neither topic name nor topic alias");
        }
        return topic;
    }
}
