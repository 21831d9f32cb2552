package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.AlertStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From {@code alerts} into the database: of each episode the newest event. */
public final class AlertIntake {
    private final AlertStore alerts;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public AlertIntake(AlertStore alerts, CommandServiceMetrics metrics, Clock clock) {
        this.clock = clock;
        this.alerts = alerts;
        this.metrics = metrics;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.ALERTS, record -> Json.read(record.value(), AlertEvent.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<AlertEvent>> batch) {
        Map<String, AlertEvent> newest = new LinkedHashMap<>();
        batch.forEach(one -> newest.merge(one.value().fingerprint(), one.value(), AlertIntake::later));
        return alerts.upsert(newest.values());
    }

    /** What made an episode begin is what is asked for later, not what ended it. */
    private static AlertEvent later(AlertEvent first, AlertEvent last) {
        return new AlertEvent(
                last.status(),
                last.labels(),
                last.annotations(),
                last.startsAt(),
                last.endsAt(),
                last.fingerprint(),
                last.deviceId(),
                last.rule(),
                first.revision(),
                first.cause(),
                last.value(),
                last.level(),
                last.reason(),
                first.late(),
                last.at());
    }
}
