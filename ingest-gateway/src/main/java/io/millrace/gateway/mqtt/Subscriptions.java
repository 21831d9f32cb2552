package io.millrace.gateway.mqtt;

import io.millrace.gateway.topic.TopicFilter;
import io.millrace.schemas.SessionState;
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

    boolean has(String filter) {
        return subscriptions.stream().anyMatch(s -> s.filter.text().equals(filter));
    }

    /** Whether it was there. */
    boolean remove(String filter) {
        return subscriptions.removeIf(s -> s.filter.text().equals(filter));
    }

    /** As they are kept, without the beginning that all of a device's have. */
    List<SessionState.Subscription> toState(int prefix) {
        return subscriptions.stream()
                .map(s -> new SessionState.Subscription(s.filter.text().substring(prefix), s.qos))
                .toList();
    }

    /** How long all filters are together. */
    int length() {
        int length = 0;
        for (Subscription s : subscriptions) {
            length += s.filter.text().length();
        }
        return length;
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
