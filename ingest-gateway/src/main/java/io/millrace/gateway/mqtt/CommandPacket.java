package io.millrace.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Headers;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A command as MQTT has it: the payload as the sender gave it, and what MQTT 5 can say beside it. Pure. */
record CommandPacket(String topic, byte[] payload, MqttProperties properties, int size) {
    /** Type, remaining length, lengths of topic and packet id, length of the properties: at their longest. */
    private static final int FRAME = 1 + 4 + 2 + 2 + 4;

    static CommandPacket of(Dispatch dispatch, boolean mqtt5, Instant now) {
        String topic = DeviceTopic.of(dispatch.deviceId(), DeviceTopic.Branch.COMMANDS);
        int size = FRAME + topic.length() + dispatch.payload().length;
        if (!mqtt5) {
            return new CommandPacket(topic, dispatch.payload(), MqttProperties.NO_PROPERTIES, size);
        }
        byte[] id = dispatch.commandId().getBytes(UTF_8);
        String responses = DeviceTopic.of(dispatch.deviceId(), DeviceTopic.Branch.RESPONSES);
        long seconds = Math.max(1, Duration.between(now, dispatch.expiresAt()).toSeconds());
        MqttProperties properties = new MqttProperties();
        properties.add(new BinaryProperty(MqttProperties.CORRELATION_DATA, id));
        properties.add(new StringProperty(MqttProperties.RESPONSE_TOPIC, responses));
        properties.add(new IntegerProperty(
                MqttProperties.PUBLICATION_EXPIRY_INTERVAL, (int) Math.min(seconds, Integer.MAX_VALUE)));
        properties.add(new UserProperty(Headers.COMMAND_ID, dispatch.commandId()));
        size += 3 + id.length + 3 + responses.length() + 5 + 5 + Headers.COMMAND_ID.length() + id.length;
        if (dispatch.contentType().isPresent()) {
            String type = dispatch.contentType().get();
            properties.add(new StringProperty(MqttProperties.CONTENT_TYPE, type));
            size += 3 + type.getBytes(UTF_8).length;
        }
        return new CommandPacket(topic, dispatch.payload(), properties, size);
    }

    /** The command that an answer gives back as MQTT 5 has it for requests and responses. */
    static Optional<String> correlated(MqttProperties answer) {
        return answer.getProperty(MqttProperties.CORRELATION_DATA) instanceof BinaryProperty data
                        && data.value().length > 0
                        && data.value().length <= CommandRequest.MAX_ID_LENGTH
                ? Optional.of(new String(data.value(), UTF_8))
                : Optional.empty();
    }
}
