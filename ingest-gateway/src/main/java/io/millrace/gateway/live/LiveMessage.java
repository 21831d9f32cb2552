package io.millrace.gateway.live;

import io.netty.handler.codec.mqtt.MqttProperties;

/** A message as a subscriber sees it. Payload and properties are shared by all of them and not to be changed. */
public record LiveMessage(String topic, byte[] payload, MqttProperties properties) {
    /** Type, remaining length, lengths of topic and properties, and all user properties that a record may have: at their longest. */
    private static final int BESIDE = 1 + 4 + 2 + 4 + 2_048;

    /** Of the packet, in bytes, at most. */
    public int size() {
        return topic.length() + payload.length + (properties.isEmpty() ? 16 : BESIDE);
    }
}
