package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Reading;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.StateStore.Source;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From {@code telemetry} into the history and the last values, and from {@code device-state} into the reported ones; each batch
 * one transaction.
 */
public final class HistoryIntake {
    /** What a device can still say before its gateway hears that it was deleted. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

    private final Database database;
    private final DeviceStore devices;
    private final HistoryStore history;
    private final StateStore states;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public HistoryIntake(
            Database database,
            DeviceStore devices,
            HistoryStore history,
            StateStore states,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.database = database;
        this.devices = devices;
        this.history = history;
        this.states = states;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler telemetry() {
        return new BatchIntake<>(
                Intake.TELEMETRY, HistoryIntake::parse, batch -> write(batch, Source.TELEMETRY), metrics, clock);
    }

    public RecordHandler reportedState() {
        return new BatchIntake<>(
                Intake.STATE, HistoryIntake::parse, batch -> write(batch, Source.REPORTED), metrics, clock);
    }

    /** A record as it will be stored: its text, and its fields. */
    private record Parsed(Reading reading, JsonNode object) {}

    private static Parsed parse(ConsumerRecord<byte[], byte[]> record) {
        JsonNode object = Json.read(record.value(), JsonNode.class);
        if (!object.isObject()) {
            throw new IllegalArgumentException("a JSON " + object.getNodeType() + " (expected an object)");
        }
        var reading = new Reading(
                DeviceId.ofKey(record.key()).value(),
                Instant.ofEpochMilli(record.timestamp()),
                record.partition(),
                record.offset(),
                Headers.text(record.headers(), Headers.CHANNEL),
                new String(record.value(), UTF_8));
        return new Parsed(reading, object);
    }

    private Future<Void> write(List<Decoded<Parsed>> records, Source source) {
        List<Parsed> batch = records.stream().map(Decoded::value).toList();
        Instant now = clock.instant();
        List<Reading> readings = batch.stream().map(Parsed::reading).toList();
        Map<String, Instant> signs = new HashMap<>();
        readings.forEach(reading ->
                signs.merge(reading.deviceId(), reading.time().minus(ON_THE_WAY), (a, b) -> a.isAfter(b) ? a : b));
        StateFold fold = new StateFold();
        batch.forEach(one ->
                fold.add(one.reading().deviceId(), one.object(), one.reading().time()));
        return database.transaction(connection -> {
                    Future<Void> seen = devices.seen(connection, signs, now);
                    Future<Void> merged = states.merge(connection, source, fold.values());
                    Future<Integer> stored = source == Source.TELEMETRY
                            ? history.insert(connection, readings)
                            : Future.succeededFuture(0);
                    return Future.all(seen, merged, stored).compose(done -> stored);
                })
                .onSuccess(stored -> {
                    if (source == Source.TELEMETRY) {
                        metrics.history(stored, readings.size() - stored);
                    }
                })
                .mapEmpty();
    }
}
