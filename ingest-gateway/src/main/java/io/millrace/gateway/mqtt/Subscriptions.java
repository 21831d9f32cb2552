package io.millrace.gateway.mqtt;

import io.millrace.gateway.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** What one client subscribes to: few filters, so a list. A client may have two that fit a topic; the higher QoS counts. */
final class Subscriptions {
    private record Subscription(TopicFilter filter, int qos) {}

    private final List<Subscription> subscriptions = new ArrayList<>(1);

    /** In place of one with the same filter [MQTT-3.8.4-3]. */
    void put(TopicFilter filter, int qos) {
        subscriptions.removeIf(s -> s.filter.equals(filter));
        subscriptions.add(new Subscription(filter, qos));
    }

    /** Whether it was there. */
    boolean remove(String filter) {
        return subscriptions.removeIf(s -> s.filter.text().equals(filter));
    }

    int size() {
        return subscriptions.size();
    }

    /** With which QoS the client takes that topic; -1 if it does not. */
    int qos(String topic) {
        int qos = -1;
        for (Subscription s : subscriptions) {
            if (s.qos > qos && s.filter.matches(topic)) {
                qos = s.qos;
            }
        }
        return qos;
    }

    List<TopicFilter> filters() {
        return subscriptions.stream().map(Subscription::filter).toList();
    }
}
