package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.common.header.Header;

/** The names of the Kafka record headers, all of which hold UTF-8 text, and how they are read. */
public final class Headers {
    /** {@code telemetry}: the rest of the MQTT topic after {@code telemetry/}. */
    public static final String CHANNEL = "channel";
    /** {@code telemetry}: "1" when the PUBLISH had DUP set: the reading may stand here twice. */
    public static final String DUP = "dup";
    /** {@code telemetry}, {@code commands}, {@code command-dispatch}: media type, when it is not JSON. */
    public static final String CONTENT_TYPE = "content-type";
    /**
     * {@code telemetry}: what MQTT 5 user property names have before them here, so that no device can forge the headers above.
     * One header for each, in order, as often as the device gave it; at most 16 with 1,024 bytes together.
     */
    public static final String USER_PROPERTY = "mqtt.";
    /** {@code telemetry-rejected}: a word of {@link RejectReason}. */
    public static final String REASON = "reason";
    /** {@code telemetry-rejected}: one sentence for a person. */
    public static final String DETAIL = "detail";
    /** {@code telemetry-rejected}: the MQTT topic, or the HTTP path. {@code rules-dry-run}: the topic it was meant for. */
    public static final String TOPIC = "topic";

    public static final String COMMAND_ID = "command-id";
    public static final String ORIGIN = "origin";
    public static final String RULE = "rule";
    public static final String REVISION = "revision";
    public static final String CAUSE = "cause";
    public static final String CREATED_AT = "created-at";
    public static final String EXPIRES_AT = "expires-at";
    public static final String QOS = "qos";
    public static final String ATTEMPT = "attempt";
    public static final String CHAIN = "chain";
    public static final String USER = "user";
    public static final String EPOCH = "epoch";

    private Headers() {}

    public static Optional<String> text(org.apache.kafka.common.header.Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    /** @throws IllegalArgumentException if there is none */
    public static String require(org.apache.kafka.common.header.Headers headers, String name) {
        return text(headers, name)
                .orElseThrow(() -> new IllegalArgumentException("record header \"" + name + "\" is missing"));
    }

    static void put(org.apache.kafka.common.header.Headers headers, String name, String value) {
        var unused = headers.add(name, value.getBytes(UTF_8));
    }

    static void put(org.apache.kafka.common.header.Headers headers, String name, Optional<String> value) {
        value.ifPresent(text -> put(headers, name, text));
    }
}
