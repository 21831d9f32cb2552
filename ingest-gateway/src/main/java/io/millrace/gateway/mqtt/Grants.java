package io.millrace.gateway.mqtt;

import io.millrace.gateway.topic.TopicFilter;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Decides a SUBSCRIBE or UNSUBSCRIBE, filter by filter, in the reason codes of the client's protocol. */
final class Grants {
    private static final int MOST_FILTERS = 100;
    /** Characters of one client's filters together: a session's state is one Kafka record, and stands on every gateway. */
    private static final int LONGEST_FILTERS = 70_000;

    private static final List<MqttSubAckReasonCode> GRANTED = List.of(
            MqttSubAckReasonCode.GRANTED_QOS0, MqttSubAckReasonCode.GRANTED_QOS1, MqttSubAckReasonCode.GRANTED_QOS2);

    private Grants() {}

    /**
     * Takes what is granted into the subscriptions.
     *
     * @param allowed whether the client may have this filter
     * @param maxQos the highest that is granted
     */
    static List<MqttSubAckReasonCode> subscribe(
            MqttSubscribeMessage message,
            boolean mqtt5,
            Subscriptions subscriptions,
            Predicate<String> allowed,
            int maxQos) {
        List<MqttSubAckReasonCode> codes = new ArrayList<>();
        for (MqttTopicSubscription wish : message.topicSubscriptions()) {
            String filter = wish.topicName();
            MqttSubAckReasonCode refusal = refusal(filter, subscriptions, allowed);
            if (refusal == MqttSubAckReasonCode.GRANTED_QOS0) {
                int qos = Math.min(wish.qualityOfService().value(), maxQos);
                subscriptions.put(new TopicFilter(filter), qos);
                codes.add(GRANTED.get(qos));
            } else {
                // 3.1.1 knows one code for all failures, 0x80.
                codes.add(mqtt5 ? refusal : MqttSubAckReasonCode.UNSPECIFIED_ERROR);
            }
        }
        return codes;
    }

    /** Whether a filter that was granted by these codes fits the topic. */
    static boolean grant(MqttSubscribeMessage message, List<MqttSubAckReasonCode> codes, String topic) {
        for (int i = 0; i < codes.size(); i++) {
            boolean granted = (codes.get(i).value() & 0x80) == 0;
            if (granted && new TopicFilter(message.topicSubscriptions().get(i).topicName()).matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /** The first filter that these codes refuse. */
    static Optional<String> refused(MqttSubscribeMessage message, List<MqttSubAckReasonCode> codes) {
        for (int i = 0; i < codes.size(); i++) {
            if ((codes.get(i).value() & 0x80) != 0) {
                return Optional.of(message.topicSubscriptions().get(i).topicName());
            }
        }
        return Optional.empty();
    }

    private static MqttSubAckReasonCode refusal(String filter, Subscriptions subscriptions, Predicate<String> allowed) {
        if (TopicFilter.isShared(filter)) {
            return MqttSubAckReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!TopicFilter.isValid(filter)) {
            return MqttSubAckReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!allowed.test(filter)) {
            return MqttSubAckReasonCode.NOT_AUTHORIZED;
        }
        if (subscriptions.has(filter)) {
            return MqttSubAckReasonCode.GRANTED_QOS0;
        }
        return subscriptions.size() >= MOST_FILTERS || subscriptions.length() + filter.length() > LONGEST_FILTERS
                ? MqttSubAckReasonCode.QUOTA_EXCEEDED
                : MqttSubAckReasonCode.GRANTED_QOS0;
    }

    static List<MqttUnsubAckReasonCode> unsubscribe(
            MqttUnsubscribeMessage message, boolean mqtt5, Subscriptions subscriptions) {
        List<MqttUnsubAckReasonCode> codes = new ArrayList<>();
        for (String filter : message.topics()) {
            boolean was = subscriptions.remove(filter);
            codes.add(was ? MqttUnsubAckReasonCode.SUCCESS : MqttUnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        // UNSUBACK of 3.1.1 has no payload [MQTT 3.1.1, 3.11.3].
        return mqtt5 ? codes : List.of();
    }
}
