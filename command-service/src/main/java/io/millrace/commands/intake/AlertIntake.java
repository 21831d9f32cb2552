package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/**
 * From {@code alerts} into the database, in one transaction: of each episode the newest event, what happened to it, and what is to be told
 * to others. A batch that comes again adds nothing.
 */
public final class AlertIntake {
    private final Database database;
    private final AlertStore alerts;
    private final WebhookMessageStore messages;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public AlertIntake(
            Database database,
            AlertStore alerts,
            WebhookMessageStore messages,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.database = database;
        this.alerts = alerts;
        this.messages = messages;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.ALERTS, record -> Json.read(record.value(), AlertEvent.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<AlertEvent>> batch) {
        return database.transaction(connection -> alerts.lock(
                        connection,
                        batch.stream().map(one -> one.value().fingerprint()).collect(Collectors.toSet()))
                .compose(standing -> {
                    AlertFold fold = new AlertFold(standing);
                    batch.forEach(fold::add);
                    return fold.newest().isEmpty() ? Future.succeededFuture() : write(connection, fold);
                }));
    }

    private Future<Void> write(SqlConnection connection, AlertFold fold) {
        return alerts.upsert(connection, fold.newest())
                .compose(done -> alerts.note(connection, fold.news()))
                .compose(noted -> messages.tell(connection, noted));
    }
}
