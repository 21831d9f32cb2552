package io.millrace.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A board that takes one command and does with its PUBACK, and with its connection, what its manner is. The given executor's thread. */
final class TardyBoard implements AutoCloseable {
    private final String id;
    private final Manner manner;
    private final Duration commandLives;
    private final ScheduledExecutorService clock;
    private final int port;
    private final List<Instant> given = new CopyOnWriteArrayList<>();
    /** A new one for each connection: one that owes a PUBACK from before would hold back the next. */
    private volatile Mqtt3AsyncClient client;

    private volatile boolean acknowledged;

    enum Manner {
        ACKNOWLEDGES_AT_ONCE,
        ACKNOWLEDGES_AS_ITS_TIME_ENDS,
        ACKNOWLEDGES_LATER,
        ACKNOWLEDGES_AND_LEAVES,
        /** Without a PUBACK; it acknowledges what comes again. */
        LEAVES_AND_RETURNS,
        RETURNS_TOO_LATE
    }

    /** @param commandLives from when it is given the command, a little less in truth */
    TardyBoard(int port, String id, Manner manner, Duration commandLives, ScheduledExecutorService clock) {
        this.id = id;
        this.manner = manner;
        this.commandLives = commandLives;
        this.clock = clock;
        this.port = port;
        client = client();
    }

    private Mqtt3AsyncClient client() {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .simpleAuth()
                .username(id)
                .password(("pw-" + id).getBytes(UTF_8))
                .applySimpleAuth()
                .buildAsync();
    }

    /** Completes when it may be given commands. A gateway hears of a new device a moment after it was registered. */
    CompletableFuture<Void> connect() {
        Executor soon = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS, clock);
        return listen().exceptionallyComposeAsync(refused -> connect(), soon);
    }

    private CompletableFuture<Void> listen() {
        return client.connectWith()
                .cleanSession(true)
                .send()
                .thenCompose(accepted -> client.subscribeWith()
                        .topicFilter("devices/" + id + "/commands")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .callback(this::take)
                        .manualAcknowledgement(true)
                        .executor(clock)
                        .send())
                .thenAccept(granted -> {});
    }

    private void take(Mqtt3Publish command) {
        given.add(Instant.now());
        if (given.size() > 1) {
            acknowledge(command);
            return;
        }
        switch (manner) {
            case ACKNOWLEDGES_AT_ONCE -> acknowledge(command);
            case ACKNOWLEDGES_AS_ITS_TIME_ENDS -> after(commandLives, () -> acknowledge(command));
            case ACKNOWLEDGES_LATER -> after(commandLives.plusSeconds(2), () -> acknowledge(command));
            case ACKNOWLEDGES_AND_LEAVES -> {
                acknowledge(command);
                var unused = client.disconnect();
            }
            case LEAVES_AND_RETURNS -> leaveFor(Duration.ZERO);
            case RETURNS_TOO_LATE -> leaveFor(commandLives.plusSeconds(2));
        }
    }

    private void leaveFor(Duration time) {
        var unused = client.disconnect().thenRun(() -> after(time, this::comeBack));
    }

    private void comeBack() {
        client = client();
        var unused = connect();
    }

    private void acknowledge(Mqtt3Publish command) {
        command.acknowledge();
        acknowledged = true;
    }

    private void after(Duration time, Runnable what) {
        var unused = clock.schedule(what, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    String id() {
        return id;
    }

    /** When it was given the command, each time. */
    List<Instant> given() {
        return List.copyOf(given);
    }

    /** What the command has to end as. */
    String end() {
        return acknowledged ? "delivered" : "expired";
    }

    boolean isBack() {
        return manner == Manner.ACKNOWLEDGES_AND_LEAVES || client.getState().isConnected();
    }

    @Override
    public void close() {
        // Those that have left are away.
        var unused = client.disconnect()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(away -> null)
                .join();
    }
}
