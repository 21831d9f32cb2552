package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.store.AlertStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** From {@code alerts} into the database: of each episode the newest event. */
public final class AlertIntake implements RecordHandler {
    private final AlertStore alerts;
    private final CommandServiceMetrics metrics;

    public AlertIntake(AlertStore alerts, CommandServiceMetrics metrics) {
        this.alerts = alerts;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<?> handle(ConsumerRecords<byte[], byte[]> records) {
        Map<String, AlertEvent> newest = new LinkedHashMap<>();
        Decoded.all(records, record -> Json.read(record.value(), AlertEvent.class), Intake.ALERTS, metrics)
                .forEach(one -> newest.put(one.value().fingerprint(), one.value()));
        return newest.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : alerts.upsert(newest.values()).toCompletionStage();
    }
}
