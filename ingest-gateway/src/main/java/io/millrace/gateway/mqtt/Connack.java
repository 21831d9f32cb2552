package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.GatewayConfig;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.mqtt.MqttEndpoint;
import java.util.Optional;

/**
 * What CONNACK tells an MQTT 5 client of this server: only what differs from the standard's defaults, for an ESP32 gives up on
 * a CONNACK that does not fit its buffer.
 */
final class Connack {
    private static final int RECEIVE_MAXIMUM_DEFAULT = 65_535;
    /** In bytes, all that {@link #properties} may say but for an assigned client id: 30, and room for what will come. */
    private static final int LONGEST = 40;

    private Connack() {}

    /** Or later, of which all is refused, in the words of 5. */
    static boolean isMqtt5(MqttEndpoint endpoint) {
        return endpoint.protocolVersion() >= MqttVersion.MQTT_5.protocolLevel();
    }

    /** The keep alive in force: the client's, or ours where MQTT 5 lets us shorten it [MQTT-3.1.2-21]. */
    static int keepAliveSeconds(MqttEndpoint endpoint, GatewayConfig.Mqtt config) {
        int asked = endpoint.keepAliveTimeSeconds();
        int most = Math.toIntExact(config.maxKeepAlive().toSeconds());
        return isMqtt5(endpoint) && (asked == 0 || asked > most) ? most : asked;
    }

    /** @param assigned a client id that the client left to us */
    static MqttProperties properties(
            MqttEndpoint endpoint, GatewayConfig.Mqtt config, SessionWish wish, Optional<String> assigned) {
        if (!isMqtt5(endpoint)) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, config.receiveMaximum()));
        properties.add(new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, config.maxPacketSize()));
        if (config.topicAliases() > 0) {
            properties.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, config.topicAliases()));
        }
        properties.add(new IntegerProperty(MqttProperties.RETAIN_AVAILABLE, 0));
        properties.add(new IntegerProperty(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0));
        properties.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
        if (wish.cut()) {
            properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, (int) wish.expirySeconds()));
        }
        int keepAlive = keepAliveSeconds(endpoint, config);
        if (keepAlive != endpoint.keepAliveTimeSeconds()) {
            properties.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, keepAlive));
        }
        assigned.ifPresent(id -> properties.add(new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, id)));
        return properties;
    }

    /** How many unacknowledged messages the client takes. */
    static int clientReceiveMaximum(MqttEndpoint endpoint) {
        return number(endpoint, MqttProperties.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM_DEFAULT);
    }

    /** The largest packet that the client takes, in bytes. */
    static int clientMaxPacketSize(MqttEndpoint endpoint) {
        int size = number(endpoint, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
        return size < 0 ? Integer.MAX_VALUE : size;
    }

    /** @param assigned the longest client id that may be assigned, empty if the client has one */
    static boolean fits(MqttEndpoint endpoint, String assigned) {
        int id = assigned.isEmpty() ? 0 : 3 + assigned.getBytes(UTF_8).length;
        return !isMqtt5(endpoint) || LONGEST + id <= clientMaxPacketSize(endpoint);
    }

    private static int number(MqttEndpoint endpoint, int property, int otherwise) {
        return endpoint.connectProperties().getProperty(property) instanceof IntegerProperty found
                ? found.value()
                : otherwise;
    }
}
