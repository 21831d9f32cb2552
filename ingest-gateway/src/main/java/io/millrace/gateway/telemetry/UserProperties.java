package io.millrace.gateway.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.Headers;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * What an MQTT 5 client says beside a reading, its user properties and a content type that is not JSON's, as headers of each
 * record that the reading becomes, and back again for operators. In the order in which they were given [MQTT-3.3.2-18]. What
 * is beyond the bounds is left out: a reading is worth more than what stands beside it.
 *
 * @param size of all together in bytes
 */
public record UserProperties(List<Header> headers, int size) {
    public static final UserProperties NONE = new UserProperties(List.of(), 0);

    private static final int MOST = 16;
    private static final int MOST_BYTES = 1_024;
    private static final String JSON = "application/json";

    public static UserProperties of(MqttProperties properties) {
        // Not isEmpty(), which passes over user properties.
        if (properties == MqttProperties.NO_PROPERTIES) {
            return NONE;
        }
        List<Header> headers = new ArrayList<>();
        int size = 0;
        if (properties.getProperty(MqttProperties.CONTENT_TYPE) instanceof StringProperty type
                && !type.value().equals(JSON)) {
            size = add(headers, size, Headers.CONTENT_TYPE, type.value());
        }
        for (MqttProperty<?> property : properties.getProperties(MqttProperties.USER_PROPERTY)) {
            if (property.value() instanceof StringPair pair) {
                size = add(headers, size, Headers.USER_PROPERTY + pair.key, pair.value);
            }
        }
        return headers.isEmpty() ? NONE : new UserProperties(headers, size);
    }

    /** The size with it, or without if it is too much. */
    private static int add(List<Header> headers, int size, String name, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        int more = size + name.length() + bytes.length;
        if (headers.size() >= MOST || more > MOST_BYTES) {
            return size;
        }
        headers.add(new RecordHeader(name, bytes));
        return more;
    }

    /** From a record of {@code telemetry}. */
    public static MqttProperties toMqtt(Iterable<Header> headers) {
        MqttProperties properties = null;
        for (Header header : headers) {
            MqttProperty<?> property = property(header);
            if (property != null) {
                properties = properties == null ? new MqttProperties() : properties;
                properties.add(property);
            }
        }
        return properties == null ? MqttProperties.NO_PROPERTIES : properties;
    }

    private static @Nullable MqttProperty<?> property(Header header) {
        if (header.key().startsWith(Headers.USER_PROPERTY)) {
            return new UserProperty(
                    header.key().substring(Headers.USER_PROPERTY.length()), new String(header.value(), UTF_8));
        }
        return header.key().equals(Headers.CONTENT_TYPE)
                ? new StringProperty(MqttProperties.CONTENT_TYPE, new String(header.value(), UTF_8))
                : null;
    }
}
