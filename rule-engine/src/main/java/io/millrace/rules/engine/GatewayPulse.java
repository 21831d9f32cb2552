package io.millrace.rules.engine;

import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.Gateways;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Json;
import io.millrace.schemas.SessionEvent;
import io.millrace.schemas.Topics;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads {@code device-sessions} from its beginning: heartbeats into {@link Aliveness}, sessions into {@link Gateways}. The reader's
 * thread; lives as long as the engine.
 */
final class GatewayPulse implements AutoCloseable {

    private final Aliveness aliveness;
    private final Gateways gateways;
    private final TopicReader reader;

    GatewayPulse(KafkaSettings kafka, Topics topics, Aliveness aliveness, Gateways gateways, Health health) {
        this.aliveness = aliveness;
        this.gateways = gateways;
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
        if (record.key() == null || record.value() == null) {
            return;
        }
        SessionEvent event = Json.read(record.value(), SessionEvent.class);
        if (event instanceof SessionEvent.OfGateway gateway) {
            if (!(gateway instanceof SessionEvent.GatewayStopped)) {
                aliveness.sign(record.timestamp());
                gateways.sign(gateway.slot(), record.timestamp());
            }
        } else if (event instanceof SessionEvent.Opened opened) {
            gateways.opened(opened.deviceId().value(), opened.slot(), record.offset());
        } else if (event instanceof SessionEvent.Ready ready) {
            gateways.opened(ready.deviceId().value(), ready.slot(), ready.epoch());
        } else if (event instanceof SessionEvent.Closed closed && !ownFault(closed.reason())) {
            gateways.left(closed.deviceId().value(), closed.epoch());
        }
    }

    /** A gateway that ends sessions because it ends leaves their devices with it until it is back. */
    private static boolean ownFault(SessionEvent.CloseReason reason) {
        return reason == SessionEvent.CloseReason.GATEWAY_STOPPING || reason == SessionEvent.CloseReason.LEASE_LOST;
    }

    @Override
    public void close() {
        reader.close();
    }
}
