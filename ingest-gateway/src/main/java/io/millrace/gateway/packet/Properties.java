package io.millrace.gateway.packet;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;

/**
 * The properties that a client may put into each packet [MQTT 5, 2.2.2.2]: each at most once, user properties as often as it
 * likes. Each packet's set is a bit mask of property ids, all of which are below 64.
 */
final class Properties {
    static final long CONNECT = mask(
            MqttProperties.SESSION_EXPIRY_INTERVAL,
            MqttProperties.RECEIVE_MAXIMUM,
            MqttProperties.MAXIMUM_PACKET_SIZE,
            MqttProperties.TOPIC_ALIAS_MAXIMUM,
            MqttProperties.REQUEST_RESPONSE_INFORMATION,
            MqttProperties.REQUEST_PROBLEM_INFORMATION,
            MqttProperties.AUTHENTICATION_METHOD,
            MqttProperties.AUTHENTICATION_DATA,
            MqttProperties.USER_PROPERTY);
    static final long WILL = mask(
            MqttProperties.WILL_DELAY_INTERVAL,
            MqttProperties.PAYLOAD_FORMAT_INDICATOR,
            MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
            MqttProperties.CONTENT_TYPE,
            MqttProperties.RESPONSE_TOPIC,
            MqttProperties.CORRELATION_DATA,
            MqttProperties.USER_PROPERTY);
    /** Subscription identifiers are for servers [MQTT-3.3.4-6]. */
    static final long PUBLISH = mask(
            MqttProperties.PAYLOAD_FORMAT_INDICATOR,
            MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
            MqttProperties.TOPIC_ALIAS,
            MqttProperties.CONTENT_TYPE,
            MqttProperties.RESPONSE_TOPIC,
            MqttProperties.CORRELATION_DATA,
            MqttProperties.USER_PROPERTY);
    /** PUBACK, PUBREC, PUBREL, PUBCOMP. */
    static final long ACKNOWLEDGEMENT = mask(MqttProperties.REASON_STRING, MqttProperties.USER_PROPERTY);

    static final long SUBSCRIBE = mask(MqttProperties.SUBSCRIPTION_IDENTIFIER, MqttProperties.USER_PROPERTY);
    static final long UNSUBSCRIBE = mask(MqttProperties.USER_PROPERTY);
    static final long DISCONNECT =
            mask(MqttProperties.SESSION_EXPIRY_INTERVAL, MqttProperties.REASON_STRING, MqttProperties.USER_PROPERTY);

    private static final long NOT_ZERO = mask(
            MqttProperties.RECEIVE_MAXIMUM,
            MqttProperties.MAXIMUM_PACKET_SIZE,
            MqttProperties.TOPIC_ALIAS,
            MqttProperties.SUBSCRIPTION_IDENTIFIER);

    private Properties() {}

    private static long mask(int... ids) {
        long mask = 0;
        for (int id : ids) {
            mask |= 1L << id;
        }
        return mask;
    }

    /** @param allowed one of the sets above */
    static MqttProperties read(PacketReader packet, long allowed) {
        int length = packet.variableInt();
        if (length == 0) {
            return MqttProperties.NO_PROPERTIES;
        }
        PacketReader in = packet.part(length);
        MqttProperties properties = new MqttProperties();
        long seen = 0;
        while (in.remaining() > 0) {
            int id = in.variableInt();
            long bit = id < Long.SIZE ? 1L << id : 0;
            if ((bit & allowed) == 0) {
                throw notAllowed(id);
            }
            if ((bit & seen) != 0 && id != MqttProperties.USER_PROPERTY) {
                throw ProtocolError.forbidden("property " + id + " twice");
            }
            seen |= bit;
            properties.add(property(id, in));
        }
        return properties;
    }

    private static ProtocolError notAllowed(int id) {
        return isKnown(id)
                ? ProtocolError.forbidden("property " + id + " in a packet that has none such")
                : ProtocolError.malformed("property " + id + ", which MQTT does not know");
    }

    private static boolean isKnown(int id) {
        return switch (id) {
            case MqttProperties.PAYLOAD_FORMAT_INDICATOR,
                    MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
                    MqttProperties.CONTENT_TYPE,
                    MqttProperties.RESPONSE_TOPIC,
                    MqttProperties.CORRELATION_DATA,
                    MqttProperties.SUBSCRIPTION_IDENTIFIER -> true;
            default ->
                id >= MqttProperties.SESSION_EXPIRY_INTERVAL
                        && id <= MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE
                        // The gaps in MQTT 5's table.
                        && id != 0x14
                        && id != 0x1b
                        && id != 0x1d
                        && id != 0x1e
                        && id != 0x20;
        };
    }

    private static MqttProperty<?> property(int id, PacketReader in) {
        return switch (id) {
            case MqttProperties.PAYLOAD_FORMAT_INDICATOR,
                    MqttProperties.REQUEST_PROBLEM_INFORMATION,
                    MqttProperties.REQUEST_RESPONSE_INFORMATION -> number(id, flag(id, in.u8()));
            case MqttProperties.RECEIVE_MAXIMUM, MqttProperties.TOPIC_ALIAS_MAXIMUM, MqttProperties.TOPIC_ALIAS ->
                number(id, in.u16());
            case MqttProperties.SUBSCRIPTION_IDENTIFIER -> number(id, in.variableInt());
            case MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
                    MqttProperties.SESSION_EXPIRY_INTERVAL,
                    MqttProperties.WILL_DELAY_INTERVAL,
                    MqttProperties.MAXIMUM_PACKET_SIZE -> number(id, in.u32());
            // A name, never a filter [MQTT-3.3.2-14].
            case MqttProperties.RESPONSE_TOPIC -> new StringProperty(id, in.topicName());
            case MqttProperties.CONTENT_TYPE, MqttProperties.AUTHENTICATION_METHOD, MqttProperties.REASON_STRING ->
                new StringProperty(id, in.text());
            case MqttProperties.CORRELATION_DATA, MqttProperties.AUTHENTICATION_DATA ->
                new BinaryProperty(id, in.binary());
            case MqttProperties.USER_PROPERTY -> new UserProperty(in.text(), in.text());
            default -> throw new IllegalStateException("allowed, and not read: property " + id);
        };
    }

    private static int flag(int id, int value) {
        if (value > 1) {
            throw ProtocolError.forbidden("property " + id + " is " + value + ", not 0 or 1");
        }
        return value;
    }

    private static IntegerProperty number(int id, int value) {
        if (value == 0 && (1L << id & NOT_ZERO) != 0) {
            throw id == MqttProperties.TOPIC_ALIAS
                    ? new ProtocolError(MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID, "topic alias 0")
                    : ProtocolError.forbidden("property " + id + " is 0");
        }
        return new IntegerProperty(id, value);
    }
}
