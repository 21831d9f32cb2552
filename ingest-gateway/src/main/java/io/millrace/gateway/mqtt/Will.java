package io.millrace.gateway.mqtt;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.flow.Answering;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.session.WaitingWills;
import io.millrace.gateway.telemetry.Source;
import io.millrace.gateway.telemetry.TelemetryIntake;
import io.millrace.gateway.telemetry.UserProperties;
import io.millrace.gateway.topic.OwnTopic;
import io.millrace.schemas.DeviceId;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A device's last will: a reading or state that is published for it when its connection ends without a DISCONNECT.
 *
 * @param delaySeconds how long the device may take to come back before that [MQTT-3.1.3.2.2]
 */
record Will(String topic, byte[] payload, UserProperties beside, int qos, long delaySeconds) {
    private static final long AGAIN_MILLIS = 1_000;

    static Optional<Will> of(MqttEndpoint endpoint) {
        MqttWill will = endpoint.will();
        if (will == null || !will.isWillFlag()) {
            return Optional.empty();
        }
        byte[] payload = will.getWillMessageBytes();
        MqttProperties properties = will.getWillProperties();
        long delay = properties != null
                        && properties.getProperty(MqttProperties.WILL_DELAY_INTERVAL) instanceof IntegerProperty found
                ? Integer.toUnsignedLong(found.value())
                : 0;
        return Optional.of(new Will(
                will.getWillTopic(),
                payload == null ? new byte[0] : payload,
                properties == null ? UserProperties.NONE : UserProperties.of(properties),
                will.getWillQos(),
                delay));
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

    /** Publishes it after the delay, if the device does not go on with its session before. */
    void leave(long delaySeconds, Source source, TelemetryIntake intake, Loop loop, MqttServices services, long epoch) {
        if (delaySeconds == 0) {
            publish(source, intake, loop, services.metrics());
            return;
        }
        WaitingWills wills = services.sessions().wills();
        wills.put(
                source.id(),
                epoch,
                () -> loop.execute(() -> publish(source, intake, loop, services.metrics())),
                loop.schedule(() -> wills.due(source.id(), epoch), TimeUnit.SECONDS.toMillis(delaySeconds)));
    }

    /** As if the device had published it now. The event loop of what is given here. */
    private void publish(Source source, TelemetryIntake intake, Loop loop, GatewayMetrics metrics) {
        metrics.received.increment();
        Answering answering = publication -> {
            if (WillFate.isTriedAgain(publication.failure(), qos)) {
                // Nobody but us can send it again. As many wait as had a connection when Kafka went away, for without
                // it
                // nobody is let in.
                var unused = loop.schedule(() -> publish(source, intake, loop, metrics), AGAIN_MILLIS);
            }
        };
        Publication publication = new Publication(loop.inFlight(), answering, 0, 0);
        String id = source.id().value();
        switch (OwnTopic.of(topic, id)) {
            case TELEMETRY -> intake.telemetry(source, topic, Optional.empty(), payload, false, beside, publication);
            case TELEMETRY_CHANNEL ->
                intake.telemetry(
                        source, topic, Optional.of(OwnTopic.channel(topic, id)), payload, false, beside, publication);
            case STATE -> intake.state(source, topic, payload, publication);
            case RESPONSES, FOREIGN -> throw new IllegalStateException("a will that was not allowed: " + topic);
        }
    }
}
