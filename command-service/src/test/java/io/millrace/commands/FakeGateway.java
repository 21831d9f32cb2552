package io.millrace.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A gateway as far as Kafka can tell: writes what a gateway writes, collects what it is to deliver. */
final class FakeGateway implements AutoCloseable {
    private final Topics topics;
    private final int slot;
    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicReader reader;
    private final Map<String, BlockingQueue<Dispatch>> dispatches = new ConcurrentHashMap<>();
    private final List<Dispatch> allDispatches = new CopyOnWriteArrayList<>();
    private long incarnation;

    /** A device's connection, as the gateway has it. */
    record Session(DeviceId device, long epoch) {}

    FakeGateway(KafkaSettings kafka, int slot) {
        this.topics = new Topics(kafka.topicPrefix());
        this.slot = slot;
        this.producer = new KafkaProducer<>(kafka.producer("fake-gateway-" + slot, Map.of("linger.ms", 0)));
        this.reader = TopicReader.newsOf(
                "fake-gateway-" + slot,
                kafka,
                new TopicPartition(topics.commandDispatch(), slot),
                record -> {
                    Dispatch dispatch = Dispatch.of(record);
                    allDispatches.add(dispatch);
                    of(dispatch.deviceId().value()).add(dispatch);
                },
                new Health());
        reader.start();
        reader.caughtUp().toCompletableFuture().join();
        start();
    }

    /** A new incarnation, as after a restart. */
    void start() {
        startWithLease(60_000);
    }

    void startWithLease(long leaseMillis) {
        // Its first lease, which every gateway has until its heartbeat, is over by then.
        Instant at = now().minusSeconds(15);
        incarnation =
                send(topics.deviceSessions(), SessionEvent.gatewayKey(slot), new SessionEvent.GatewayStarted(slot, at));
        heartbeat(leaseMillis);
    }

    void heartbeat(long leaseMillis) {
        gateway(new SessionEvent.GatewayHeartbeat(slot, incarnation, now(), leaseMillis, 0));
    }

    void stop() {
        gateway(new SessionEvent.GatewayStopped(slot, incarnation, now()));
    }

    private void gateway(SessionEvent event) {
        send(topics.deviceSessions(), SessionEvent.gatewayKey(slot), event);
    }

    Session open(String device) {
        return open(device, device);
    }

    Session open(String device, String clientId) {
        return open(device, clientId, now());
    }

    private Session open(String device, String clientId, Instant at) {
        DeviceId id = new DeviceId(device);
        long epoch = send(
                topics.deviceSessions(),
                device,
                new SessionEvent.Opened(id, slot, incarnation, at, clientId, "mqtt-3.1.1", "127.0.0.1", true));
        return new Session(id, epoch);
    }

    /** By a clock that is ahead. */
    Session openReady(String device, Duration ahead) {
        Session session = open(device, device, now().plus(ahead));
        ready(session, ahead);
        return session;
    }

    Session openReady(String device) {
        Session session = open(device);
        ready(session);
        return session;
    }

    void ready(Session s) {
        ready(s, Duration.ZERO);
    }

    private void ready(Session s, Duration ahead) {
        send(
                topics.deviceSessions(),
                s.device().value(),
                new SessionEvent.Ready(s.device(), slot, incarnation, s.epoch(), now().plus(ahead), 1));
    }

    void unready(Session s) {
        send(
                topics.deviceSessions(),
                s.device().value(),
                new SessionEvent.Unready(s.device(), slot, incarnation, s.epoch(), now()));
    }

    void close(Session s) {
        send(
                topics.deviceSessions(),
                s.device().value(),
                new SessionEvent.Closed(
                        s.device(), slot, incarnation, s.epoch(), now(), SessionEvent.CloseReason.CONNECTION_LOST));
    }

    private BlockingQueue<Dispatch> of(String device) {
        return dispatches.computeIfAbsent(device, d -> new LinkedBlockingQueue<>());
    }

    /** The next one that is to be delivered to that device, within 30 s. */
    Dispatch nextDispatch(String device) throws InterruptedException {
        Dispatch dispatch = of(device).poll(30, TimeUnit.SECONDS);
        if (dispatch == null) {
            throw new AssertionError("no dispatch for " + device + " on slot " + slot + " within 30 s");
        }
        return dispatch;
    }

    List<Dispatch> allDispatches() {
        return List.copyOf(allDispatches);
    }

    boolean hasDispatches(String device) {
        return !of(device).isEmpty();
    }

    /** Attempts that had time to be repeated. */
    void forgetDispatches(String device) {
        of(device).clear();
    }

    void delivered(Dispatch d) {
        report(new CommandEvent.Delivered(d.commandId(), d.deviceId(), slot, d.epoch(), d.attempt(), now()));
    }

    void unconfirmed(Dispatch d) {
        report(new CommandEvent.Unconfirmed(d.commandId(), d.deviceId(), slot, d.epoch(), d.attempt(), now()));
    }

    void undelivered(Dispatch d, CommandEvent.UndeliveredReason reason) {
        report(new CommandEvent.Undelivered(d.commandId(), d.deviceId(), slot, d.epoch(), d.attempt(), now(), reason));
    }

    void responded(String device, Optional<String> commandId, CommandStatus status) {
        report(new CommandEvent.Responded(
                commandId,
                new DeviceId(device),
                now(),
                status,
                Optional.of(Json.mapper().createArrayNode().add("ok"))));
    }

    void responded(String device, Optional<String> commandId, CommandStatus status, String text) {
        report(new CommandEvent.Responded(
                commandId, new DeviceId(device), now(), status, Optional.of(TextNode.valueOf(text))));
    }

    private void report(CommandEvent event) {
        send(topics.commandEvents(), event.deviceId().value(), event);
    }

    private long send(String topic, String key, Object event) {
        byte[] json = write(event);
        return send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), json));
    }

    /** As a careless writer would: ASCII only, escapes for all else, half a surrogate pair too. */
    private static byte[] write(Object event) {
        try {
            return Json.mapper()
                    .writer()
                    .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .writeValueAsString(event)
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The offset that Kafka gave it. */
    long send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get(30, TimeUnit.SECONDS).offset();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant now() {
        return Instant.now();
    }

    @Override
    public void close() {
        reader.close();
        producer.close();
    }
}
