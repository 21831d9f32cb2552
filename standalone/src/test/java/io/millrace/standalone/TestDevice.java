package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A device of a test, spoken for by HiveMQ's client, with MQTT 3.1.1 or 5. Commands that arrive are kept in order. */
interface TestDevice extends AutoCloseable {
    long PATIENCE_SECONDS = 20;

    BlockingQueue<String> commands();

    void connect();

    void subscribe();

    /** Returns once the server has acknowledged (QoS 1); MQTT 5 gives the reason code, 3.1.1 has none. */
    Optional<Mqtt5PubAckReasonCode> publish(String topic, String payload);

    boolean connected();

    @Override
    void close();

    static TestDevice of(int mqttVersion, int port, String id, String secret) {
        return mqttVersion == 5 ? new Version5(port, id, secret) : new Version3(port, id, secret);
    }

    default void telemetry(String id, String json) {
        var unused = publish("devices/" + id + "/telemetry", json);
    }

    /** The next command, or empty when none has come within the time. */
    default Optional<String> nextCommand(long millis) {
        try {
            return Optional.ofNullable(commands().poll(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** MQTT 3.1.1. */
    final class Version3 implements TestDevice {
        private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        private final Mqtt3AsyncClient client;
        private final String id;

        private Version3(int port, String id, String secret) {
            this.id = id;
            var builder = MqttClient.builder()
                    .useMqttVersion3()
                    .identifier(id)
                    .serverHost("127.0.0.1")
                    .serverPort(port);
            client = secret.isEmpty()
                    ? builder.buildAsync()
                    : builder.simpleAuth()
                            .username(id)
                            .password(secret.getBytes(UTF_8))
                            .applySimpleAuth()
                            .buildAsync();
        }

        @Override
        public BlockingQueue<String> commands() {
            return commands;
        }

        @Override
        public void connect() {
            var unused = get(client.connectWith().cleanSession(true).send());
        }

        @Override
        public void subscribe() {
            var unused = get(client.subscribeWith()
                    .topicFilter("devices/" + id + "/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .callback(message -> commands.add(new String(message.getPayloadAsBytes(), UTF_8)))
                    .send());
        }

        @Override
        public Optional<Mqtt5PubAckReasonCode> publish(String topic, String payload) {
            var unused = get(client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload.getBytes(UTF_8))
                    .send());
            return Optional.empty();
        }

        @Override
        public boolean connected() {
            return client.getState().isConnected();
        }

        @Override
        public void close() {
            if (connected()) {
                var unused = get(client.disconnect());
            }
        }
    }

    /** MQTT 5. */
    final class Version5 implements TestDevice {
        private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        private final Mqtt5AsyncClient client;
        private final String id;

        private Version5(int port, String id, String secret) {
            this.id = id;
            var builder = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(id)
                    .serverHost("127.0.0.1")
                    .serverPort(port);
            client = secret.isEmpty()
                    ? builder.buildAsync()
                    : builder.simpleAuth()
                            .username(id)
                            .password(secret.getBytes(UTF_8))
                            .applySimpleAuth()
                            .buildAsync();
        }

        @Override
        public BlockingQueue<String> commands() {
            return commands;
        }

        @Override
        public void connect() {
            var unused = get(client.connectWith().cleanStart(true).send());
        }

        @Override
        public void subscribe() {
            var unused = get(client.subscribeWith()
                    .topicFilter("devices/" + id + "/commands")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .callback(message -> commands.add(new String(message.getPayloadAsBytes(), UTF_8)))
                    .send());
        }

        @Override
        public Optional<Mqtt5PubAckReasonCode> publish(String topic, String payload) {
            var result = client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(payload.getBytes(UTF_8))
                    .send()
                    .handle((done, failure) -> {
                        if (failure instanceof com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException refused) {
                            return refused.getMqttMessage().getReasonCode();
                        }
                        if (failure != null) {
                            throw new IllegalStateException(failure);
                        }
                        return ((com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult.Mqtt5Qos1Result) done)
                                .getPubAck()
                                .getReasonCode();
                    });
            return Optional.of(get(result));
        }

        @Override
        public boolean connected() {
            return client.getState().isConnected();
        }

        @Override
        public void close() {
            if (connected()) {
                var unused = get(client.disconnect());
            }
        }
    }
}
