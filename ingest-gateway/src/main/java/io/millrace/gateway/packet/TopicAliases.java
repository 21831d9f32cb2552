package io.millrace.gateway.packet;

import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The topic aliases that a client has given, for as long as its connection [MQTT-3.3.2-7]. Grows with their numbers. */
final class TopicAliases {
    private static final @Nullable String[] NONE = {};

    private final int most;
    private @Nullable String[] topics = NONE;

    /** @param most as declared in CONNACK */
    TopicAliases(int most) {
        this.most = most;
    }

    /**
     * Gives the alias a topic, or the topic of an alias.
     *
     * @param topic empty if the client means the one that the alias has
     */
    String topic(int alias, String topic) {
        if (alias > most) {
            // [MQTT-3.3.2-9]
            throw new ProtocolError(
                    MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + ", at most " + most);
        }
        if (!topic.isEmpty()) {
            if (alias > topics.length) {
                topics = Arrays.copyOf(topics, Math.min(most, Math.max(alias, 2 * topics.length)));
            }
            topics[alias - 1] = topic;
            return topic;
        }
        String known = alias > topics.length ? null : topics[alias - 1];
        if (known == null) {
            throw ProtocolError.forbidden("topic alias " + alias + " has no topic yet");
        }
        return known;
    }
}
