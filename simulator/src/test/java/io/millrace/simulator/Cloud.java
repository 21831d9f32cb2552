package io.millrace.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real MQTT server on a free port, with the seed's two rules in it and a few bad habits to switch on. */
final class Cloud implements AutoCloseable {
    /** A message as it arrived. */
    record Arrival(String topic, int packetId, boolean dup, MqttQoS qos, String payload, long at) {
        JsonObject json() {
            return new JsonObject(payload);
        }
    }

    static final DeviceBehaviour BEHAVIOUR = DeviceBehaviour.DEFAULT.withInterval(Duration.ofMillis(50));

    final Vertx vertx = Vertx.vertx();
    final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    final List<Long> connects = new CopyOnWriteArrayList<>();
    final List<Integer> commandAcks = new CopyOnWriteArrayList<>();
    private final Map<String, MqttEndpoint> endpoints = new ConcurrentHashMap<>();
    volatile boolean acknowledges = true;
    volatile boolean rules = false;
    /** Of devices that have one of their own. */
    final Map<String, String> secrets = new ConcurrentHashMap<>();

    volatile Optional<String> secret = Optional.empty();
    private final Map<String, Boolean> hot = new ConcurrentHashMap<>();
    private final MqttServer server;

    Cloud() {
        this(0);
    }

    Cloud(int port) {
        this(new MqttServerOptions().setPort(port));
    }

    Cloud(MqttServerOptions options) {
        server = await(MqttServer.create(vertx, new MqttServerOptions(options).setHost("127.0.0.1"))
                .endpointHandler(this::connected)
                .exceptionHandler(trouble -> {})
                .listen());
    }

    int port() {
        return server.actualPort();
    }

    SimulatorConfig fleetOf(String... ids) {
        return SimulatorConfig.of(
                        "127.0.0.1",
                        port(),
                        List.of(ids).stream().map(DeviceCredentials::anonymous).toList())
                .withBehaviour(BEHAVIOUR);
    }

    private void connected(MqttEndpoint endpoint) {
        connects.add(System.nanoTime());
        if (secret.isPresent()
                && (endpoint.auth() == null
                        || !secrets.getOrDefault(endpoint.clientIdentifier(), secret.get())
                                .equals(endpoint.auth().getPassword()))) {
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD);
            return;
        }
        endpoints.put(endpoint.clientIdentifier(), endpoint);
        endpoint.subscribeHandler(subscribe -> {
            MqttEndpoint unused = endpoint.subscribeAcknowledge(
                    subscribe.messageId(),
                    subscribe.topicSubscriptions().stream()
                            .map(subscription -> subscription.qualityOfService())
                            .toList());
        });
        endpoint.publishHandler(message -> published(endpoint, message));
        endpoint.publishReleaseHandler(endpoint::publishComplete);
        endpoint.publishAcknowledgeHandler(commandAcks::add);
        MqttEndpoint unused = endpoint.accept(false);
    }

    private void published(MqttEndpoint endpoint, MqttPublishMessage message) {
        Arrival arrival = new Arrival(
                message.topicName(),
                message.messageId(),
                message.isDup(),
                message.qosLevel(),
                message.payload().toString(),
                System.nanoTime());
        arrivals.add(arrival);
        if (acknowledges && message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            MqttEndpoint unused = endpoint.publishAcknowledge(message.messageId());
        } else if (acknowledges && message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            MqttEndpoint unused = endpoint.publishReceived(message.messageId());
        }
        if (rules && message.topicName().endsWith("/telemetry")) {
            judge(endpoint.clientIdentifier(), arrival.json().getDouble("temperature"));
        }
    }

    private void judge(String deviceId, double temperature) {
        boolean wasHot = hot.getOrDefault(deviceId, false);
        if (!wasHot && temperature > 30) {
            hot.put(deviceId, true);
            send(deviceId, "FAN_ON");
        } else if (wasHot && temperature < 27) {
            hot.put(deviceId, false);
            send(deviceId, "FAN_OFF");
        }
    }

    MqttEndpoint endpoint(String deviceId) {
        MqttEndpoint endpoint = endpoints.get(deviceId);
        if (endpoint == null) {
            throw new IllegalStateException(deviceId + " has not connected");
        }
        return endpoint;
    }

    void send(String deviceId, String payload) {
        endpoint(deviceId)
                .publish(
                        "devices/" + deviceId + "/commands",
                        Buffer.buffer(payload),
                        MqttQoS.AT_LEAST_ONCE,
                        false,
                        false)
                .onFailure(gone -> {});
    }

    List<Arrival> telemetryOf(String deviceId) {
        return arrivals.stream()
                .filter(arrival -> arrival.topic().equals("devices/" + deviceId + "/telemetry"))
                .toList();
    }

    static <T> T await(Future<T> future) {
        return await(future.toCompletionStage().toCompletableFuture());
    }

    @CanIgnoreReturnValue
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
