package io.millrace.gateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT says of its session. Pure.
 *
 * @param cleanStart whether it discards the one before [MQTT-3.1.2-4]
 * @param expirySeconds how long it is kept once the connection is over, 0 if it ends with it
 * @param cut whether the client asked for longer, and is to be told [MQTT-3.2.2.3.2]
 */
record SessionWish(boolean cleanStart, long expirySeconds, boolean cut) {
    /** What most say, one object for all. */
    private static final SessionWish CLEAN = new SessionWish(true, 0, false);

    /** MQTT 3.1.1 knows no expiry: a session that is not clean is kept for the longest time. */
    static SessionWish of(MqttEndpoint endpoint, Duration longest) {
        if (!Connack.isMqtt5(endpoint)) {
            boolean clean = endpoint.isCleanSession();
            return clean ? CLEAN : new SessionWish(false, longest.toSeconds(), false);
        }
        long asked = asked(endpoint.connectProperties(), 0);
        if (asked == 0 && endpoint.isCleanSession()) {
            return CLEAN;
        }
        return new SessionWish(
                endpoint.isCleanSession(), Math.min(asked, longest.toSeconds()), asked > longest.toSeconds());
    }

    /** The session expiry interval among the properties of a CONNECT or DISCONNECT; 0xFFFFFFFF is for ever. */
    static long asked(@Nullable MqttProperties properties, long otherwise) {
        return properties != null
                        && properties.getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL)
                                instanceof IntegerProperty found
                ? Integer.toUnsignedLong(found.value())
                : otherwise;
    }

    /** Neither finds anything nor leaves anything. */
    boolean isForThisConnectionOnly() {
        return cleanStart && expirySeconds == 0;
    }
}
