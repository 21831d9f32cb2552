package io.millrace.gateway.mqtt;

import io.millrace.gateway.topic.OwnTopic;
import io.millrace.schemas.DeviceId;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import java.util.Optional;

/** A device's last will: a reading or state that is published for it when its connection ends without a DISCONNECT. */
record Will(String topic, byte[] payload) {
    static Optional<Will> of(MqttEndpoint endpoint) {
        MqttWill will = endpoint.will();
        if (will == null || !will.isWillFlag()) {
            return Optional.empty();
        }
        byte[] payload = will.getWillMessageBytes();
        return Optional.of(new Will(will.getWillTopic(), payload == null ? new byte[0] : payload));
    }

    boolean isAllowed(DeviceId device) {
        if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            return false;
        }
        return switch (OwnTopic.of(topic, device.value())) {
            case TELEMETRY, TELEMETRY_CHANNEL, STATE -> true;
            case RESPONSES, FOREIGN -> false;
        };
    }
}
