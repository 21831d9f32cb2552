package io.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A board that acknowledges a command only when it is told to. */
final class SlowBoard {
    private final BlockingQueue<Mqtt3Publish> commands = new LinkedBlockingQueue<>();
    private final Mqtt3AsyncClient client;
    private final String id;

    SlowBoard(int port, String id, String secret) {
        this.id = id;
        client = MqttClient.builder()
                .useMqttVersion3()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .simpleAuth()
                .username(id)
                .password(secret.getBytes(UTF_8))
                .applySimpleAuth()
                .buildAsync();
    }

    SlowBoard connect() {
        return open().subscribe();
    }

    /** Connected, and deaf to commands. */
    SlowBoard open() {
        // A gateway hears of a new device a moment after it was registered.
        await().atMost(Duration.ofSeconds(TestDevice.PATIENCE_SECONDS))
                .ignoreExceptionsInstanceOf(Mqtt3ConnAckException.class)
                .until(() -> !TestDevice.get(
                                client.connectWith().cleanSession(true).send())
                        .getReturnCode()
                        .isError());
        return this;
    }

    SlowBoard subscribe() {
        var subscribed = TestDevice.get(client.subscribeWith()
                .topicFilter("devices/" + id + "/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(commands::add)
                .manualAcknowledgement(true)
                .send());
        if (subscribed.getReturnCodes().isEmpty()) {
            throw new AssertionError(id + " was refused");
        }
        return this;
    }

    /** The next command, which is not acknowledged yet. */
    Mqtt3Publish next() throws InterruptedException {
        Mqtt3Publish command = commands.poll(TestDevice.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (command == null) {
            throw new AssertionError("no command for " + id + " within " + TestDevice.PATIENCE_SECONDS + " s");
        }
        return command;
    }

    /** Returns when the gateway has acknowledged it. */
    void report(String json) {
        var unused = TestDevice.get(client.publishWith()
                .topic("devices/" + id + "/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(json.getBytes(UTF_8))
                .send());
    }

    boolean hasMore() {
        return !commands.isEmpty();
    }

    boolean connected() {
        return client.getState().isConnected();
    }

    static String text(Mqtt3Publish command) {
        return new String(command.getPayloadAsBytes(), UTF_8);
    }
}
