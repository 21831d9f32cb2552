package io.millrace.rules.engine;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the gateways' heartbeats of {@code device-sessions}, from the topic's beginning, into {@link Aliveness}. The reader's
 * thread; lives as long as the engine.
 */
final class GatewayPulse implements AutoCloseable {

    private final Aliveness aliveness;
    private final TopicReader reader;

    GatewayPulse(KafkaSettings kafka, Topics topics, Aliveness aliveness, Health health) {
        this.aliveness = aliveness;
        reader = TopicReader.table("rules-gateway-pulse", kafka, topics.deviceSessions(), this::read, health);
    }

    void start() {
        reader.start();
    }

    /** Completes when all heartbeats up to the start are known: before that every device would seem to be excused. */
    CompletionStage<Void> caughtUp() {
        return reader.caughtUp();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null
                || record.value() == null
                || !SessionEvent.isGatewayKey(new String(record.key(), StandardCharsets.UTF_8))) {
            return;
        }
        if (!(Json.read(record.value(), SessionEvent.class) instanceof SessionEvent.GatewayStopped)) {
            aliveness.sign(record.timestamp());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
