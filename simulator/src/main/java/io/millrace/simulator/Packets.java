package io.millrace.simulator;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The MQTT 3.1.1 packets that a device sends. */
final class Packets {
    private Packets() {}

    static MqttConnectMessage connect(DeviceCredentials device, Duration keepAlive) {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(device.deviceId())
                .cleanSession(true)
                .keepAlive((int) keepAlive.toSeconds());
        if (device.userName().isPresent()) {
            connect = connect.hasUser(true).username(device.userName().get());
        }
        if (device.password().isPresent()) {
            connect = connect.hasPassword(true).password(device.password().get().getBytes(StandardCharsets.UTF_8));
        }
        return connect.build();
    }

    static MqttSubscribeMessage subscribe(int packetId, String filter) {
        return MqttMessageBuilders.subscribe()
                .messageId(packetId)
                .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
                .build();
    }

    /** `packetId` is 0 at QoS 0. */
    static MqttPublishMessage publish(String topic, byte[] payload, int qos, int packetId, boolean again) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, again, MqttQoS.valueOf(qos), false, 0),
                new MqttPublishVariableHeader(topic, packetId),
                Unpooled.wrappedBuffer(payload));
    }

    static MqttMessage puback(int packetId) {
        return acknowledgement(MqttMessageType.PUBACK, MqttQoS.AT_MOST_ONCE, packetId);
    }

    static MqttMessage pubrel(int packetId) {
        // [MQTT-3.6.1-1]: the reserved flags of PUBREL are those of QoS 1.
        return acknowledgement(MqttMessageType.PUBREL, MqttQoS.AT_LEAST_ONCE, packetId);
    }

    static int packetId(MqttMessage message) {
        return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
    }

    private static MqttMessage acknowledgement(MqttMessageType type, MqttQoS flags, int packetId) {
        return new MqttMessage(
                new MqttFixedHeader(type, false, flags, false, 2), MqttMessageIdVariableHeader.from(packetId));
    }
}
