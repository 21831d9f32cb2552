package io.millrace.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.millrace.schemas.Json;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A board with MQTT 5: it is told the id of each command, makes something of it, says so in its answer, and remembers. What it has made
 * of a command it does not make anew when the command comes again. It connects again by itself. Any thread.
 */
final class AnsweringBoard implements AutoCloseable {
    private static final long RECONNECT_SECONDS = 1;

    private final String id;
    private final Mqtt5AsyncClient client;
    private final Map<String, Done> done = new ConcurrentHashMap<>();

    /**
     * What it has made of a command.
     *
     * @param status its own word for it: succeeded or failed
     * @param times how often it was given the command
     * @param last when it was given it the last time
     */
    record Done(String status, String payload, int times, Instant last) {
        private Done again(Instant now) {
            return new Done(status, payload, times + 1, now);
        }
    }

    AnsweringBoard(int port, String id, String secret) {
        this.id = id;
        client = MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .simpleAuth()
                .username(id)
                .password(secret.getBytes(UTF_8))
                .applySimpleAuth()
                .automaticReconnect()
                .initialDelay(RECONNECT_SECONDS, TimeUnit.SECONDS)
                .maxDelay(RECONNECT_SECONDS, TimeUnit.SECONDS)
                .applyAutomaticReconnect()
                .addDisconnectedListener(AnsweringBoard::keepAnswers)
                .buildAsync();
    }

    /** An answer that nobody has acknowledged is given again. */
    private static void keepAnswers(MqttClientDisconnectedContext context) {
        context.getReconnector().republishIfSessionExpired(true).resubscribeIfSessionExpired(true);
    }

    /** Completes when it is connected, for the first time. */
    CompletableFuture<Void> connect() {
        return client.connectWith().cleanStart(true).send().thenAccept(accepted -> {});
    }

    /** Completes when it may be given commands. */
    CompletableFuture<Void> listen() {
        return client.subscribeWith()
                .topicFilter("devices/" + id + "/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(this::obey)
                .send()
                .thenAccept(granted -> {});
    }

    /** The PUBACK follows when this returns. */
    private void obey(Mqtt5Publish command) {
        String commandId = command.getCorrelationData()
                .map(bytes -> UTF_8.decode(bytes).toString())
                .orElseThrow(() -> new IllegalStateException(id + ": a command without correlation data"));
        String payload = new String(command.getPayloadAsBytes(), UTF_8);
        Instant now = Instant.now();
        String status = ThreadLocalRandom.current().nextInt(3) == 0 ? "failed" : "succeeded";
        Done what = done.compute(
                commandId, (same, before) -> before == null ? new Done(status, payload, 1, now) : before.again(now));
        answer(commandId, what);
    }

    private void answer(String commandId, Done what) {
        byte[] answer = Json.mapper()
                .createObjectNode()
                .put("status", what.status())
                .put("detail", what.payload())
                .toString()
                .getBytes(UTF_8);
        var unused = client.publishWith()
                .topic("devices/" + id + "/responses")
                .qos(MqttQos.AT_LEAST_ONCE)
                .correlationData(ByteBuffer.wrap(commandId.getBytes(UTF_8)))
                .payload(answer)
                .send();
    }

    String id() {
        return id;
    }

    boolean isConnected() {
        return client.getState().isConnected();
    }

    /** Its own record, by the ids of commands. */
    Map<String, Done> done() {
        return Map.copyOf(done);
    }

    @Override
    public void close() {
        // One that is just connecting again cannot say goodbye, and need not.
        var unused = client.disconnect()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(away -> null)
                .join();
    }
}
