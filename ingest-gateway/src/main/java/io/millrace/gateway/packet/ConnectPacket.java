package io.millrace.gateway.packet;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;

/** The CONNECT of 3.1.1 and 5. Of any other version only that is known, for its refusal. Pure. */
final class ConnectPacket {
    private static final MqttFixedHeader HEADER =
            new MqttFixedHeader(MqttMessageType.CONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0);
    private static final byte[] EMPTY = {};

    private ConnectPacket() {}

    /** The protocol level, with which CONNECT begins. */
    static int version(PacketReader in) {
        String name = in.text();
        int level = in.u8();
        // MQTT 3.1 has another name [MQTT-3.1.2-1].
        if (!name.equals("MQTT") && !(name.equals("MQIsdp") && level == 3)) {
            throw ProtocolError.malformed("a protocol that is not MQTT");
        }
        return level;
    }

    /** One that is to be refused for its version [MQTT-3.1.2-2]: what comes behind that is unknown. */
    static MqttConnectMessage ofVersion(int level) {
        return new MqttConnectMessage(
                HEADER,
                new MqttConnectVariableHeader(
                        "MQTT", level, false, false, false, 0, false, true, 0, MqttProperties.NO_PROPERTIES),
                new MqttConnectPayload("", MqttProperties.NO_PROPERTIES, null, null, null, null));
    }

    /** The rest behind {@link #version}, of which there are 4 and 5 here. */
    static MqttConnectMessage read(PacketReader in, int version) {
        boolean mqtt5 = version == PacketDecoder.MQTT_5;
        int flags = in.u8();
        boolean hasUser = (flags & 0x80) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        boolean willRetain = (flags & 0x20) != 0;
        int willQos = flags >> 3 & 3;
        boolean hasWill = (flags & 0x04) != 0;
        boolean clean = (flags & 0x02) != 0;
        check(flags, mqtt5);
        int keepAlive = in.u16();
        MqttProperties properties = mqtt5 ? connectProperties(in) : MqttProperties.NO_PROPERTIES;
        String clientId = in.text();
        MqttProperties willProperties =
                mqtt5 && hasWill ? Properties.read(in, Properties.WILL) : MqttProperties.NO_PROPERTIES;
        String willTopic = hasWill ? in.topicName() : null;
        byte[] will = hasWill ? in.binary() : null;
        String user = hasUser ? in.text() : null;
        byte[] password = hasPassword ? in.binary() : EMPTY;
        in.requireEnd();
        // vertx-mqtt shows user name and password only together, and refuses an empty client id without clean session
        // also
        // where MQTT 5 allows it.
        boolean authenticates = hasUser || hasPassword;
        var header = new MqttConnectVariableHeader(
                "MQTT",
                version,
                authenticates,
                authenticates,
                willRetain,
                willQos,
                hasWill,
                clean,
                keepAlive,
                properties);
        var payload = new MqttConnectPayload(
                clientId.isEmpty() && !clean ? PacketDecoder.NO_CLIENT_ID : clientId,
                willProperties,
                willTopic,
                will,
                user,
                password);
        return new MqttConnectMessage(HEADER, header, payload);
    }

    private static void check(int flags, boolean mqtt5) {
        if ((flags & 1) != 0) {
            throw ProtocolError.malformed("the reserved flag of CONNECT is set"); // [MQTT-3.1.2-3]
        }
        if ((flags & 0x04) == 0 && (flags & 0x38) != 0) {
            throw ProtocolError.malformed("will QoS or will retain without a will"); // [MQTT-3.1.2-11], [MQTT-3.1.2-13]
        }
        if ((flags & 0x18) == 0x18) {
            throw ProtocolError.malformed("will QoS 3"); // [MQTT-3.1.2-12]
        }
        if (!mqtt5 && (flags & 0xc0) == 0x40) {
            throw ProtocolError.malformed("a password without a user name"); // 3.1.1 [MQTT-3.1.2-22]
        }
    }

    private static MqttProperties connectProperties(PacketReader in) {
        MqttProperties properties = Properties.read(in, Properties.CONNECT);
        if (properties.getProperty(MqttProperties.AUTHENTICATION_DATA) != null
                && properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) == null) {
            throw ProtocolError.forbidden("authentication data without a method");
        }
        return properties;
    }
}
