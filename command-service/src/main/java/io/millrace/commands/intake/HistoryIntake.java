package io.millrace.commands.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceConfig.HistoryConfig;
import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Reading;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.StateStore.Reported;
import io.millrace.commands.store.StateStore.Values;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From {@code telemetry} into the history and the last values, and from {@code device-state} into the reported ones. A batch is written
 * in a few transactions side by side, each with devices of its own, and is done when all are; whatever part comes again is there already.
 */
public final class HistoryIntake {
    /** What a device can still say before its gateway hears that it was deleted. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(5);
    /** PostgreSQL takes a batch on one processor; with two at work ours is not idle meanwhile. */
    private static final int SIDE_BY_SIDE = 2;
    /** Fewer are not worth a transaction of their own. */
    private static final int LEAST_READINGS = 500;

    private final Database database;
    private final DeviceStore devices;
    private final HistoryStore history;
    private final StateStore states;
    private final HistoryConfig config;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public HistoryIntake(
            Database database,
            DeviceStore devices,
            HistoryStore history,
            StateStore states,
            HistoryConfig config,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.database = database;
        this.devices = devices;
        this.history = history;
        this.states = states;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler telemetry() {
        return new BatchIntake<>(Intake.TELEMETRY, this::parse, this::write, metrics, clock);
    }

    public RecordHandler reportedState() {
        return new BatchIntake<>(Intake.STATE, this::parse, this::report, metrics, clock);
    }

    /** A record as it will be stored: its text, and its fields. */
    private record Parsed(Reading reading, JsonNode object) {
        String device() {
            return reading.deviceId();
        }
    }

    private Parsed parse(ConsumerRecord<byte[], byte[]> record) {
        JsonNode sent = Json.read(record.value(), JsonNode.class);
        if (!sent.isObject()) {
            throw new IllegalArgumentException("a JSON " + sent.getNodeType() + " (expected an object)");
        }
        boolean changed = StorableNumbers.areIn(record.value());
        JsonNode object = changed ? StorableNumbers.in(sent) : sent;
        Instant arrived = Instant.ofEpochMilli(record.timestamp());
        var reading = new Reading(
                DeviceId.ofKey(record.key()).value(),
                config.ownTime().of(object, arrived),
                arrived,
                record.partition(),
                record.offset(),
                Headers.text(record.headers(), Headers.CHANNEL),
                changed ? object.toString() : new String(record.value(), UTF_8));
        return new Parsed(reading, object);
    }

    /** How many readings are new, there already, too old to be kept. */
    private record Outcome(int stored, int repeated, int expired) {
        Outcome plus(Outcome other) {
            return new Outcome(stored + other.stored, repeated + other.repeated, expired + other.expired);
        }
    }

    private Future<Void> write(List<Decoded<Parsed>> records) {
        int shares = Math.max(1, Math.min(SIDE_BY_SIDE, records.size() / LEAST_READINGS));
        List<List<Parsed>> parts =
                Stream.<List<Parsed>>generate(ArrayList::new).limit(shares).toList();
        records.forEach(one -> parts.get(Math.floorMod(one.value().device().hashCode(), shares))
                .add(one.value()));
        List<Future<Outcome>> writes = parts.stream()
                .filter(part -> !part.isEmpty())
                .map(this::writePart)
                .toList();
        return Future.join(writes).map(all -> {
            Outcome sum = writes.stream().map(Future::result).reduce(new Outcome(0, 0, 0), Outcome::plus);
            metrics.history(sum.stored(), sum.repeated(), sum.expired());
            return null;
        });
    }

    private Future<Outcome> writePart(List<Parsed> batch) {
        Instant oldest = clock.instant().minus(config.retention());
        List<Reading> kept = batch.stream()
                .map(Parsed::reading)
                .filter(reading -> !reading.time().isBefore(oldest))
                .toList();
        StateFold fold = new StateFold();
        batch.forEach(one -> fold.add(one.device(), one.object(), one.reading().time()));
        return database.transaction(connection -> {
            Future<Integer> stored = history.insert(connection, kept);
            Future<Void> merged = merge(connection, fold.values(), batch);
            return Future.all(stored, merged)
                    .map(done ->
                            new Outcome(stored.result(), kept.size() - stored.result(), batch.size() - kept.size()));
        });
    }

    /** Who has a last value is known; the others are looked at one by one. */
    private Future<Void> merge(SqlConnection connection, Collection<Values> values, List<Parsed> batch) {
        return states.update(connection, values)
                .compose(changed -> changed == values.size()
                        ? Future.succeededFuture()
                        : Future.all(seen(connection, batch), states.insert(connection, values))
                                .mapEmpty());
    }

    private Future<Void> seen(SqlConnection connection, List<Parsed> batch) {
        Map<String, Instant> signs = new HashMap<>();
        batch.forEach(one ->
                signs.merge(one.device(), one.reading().arrived().minus(ON_THE_WAY), (a, b) -> a.isAfter(b) ? a : b));
        return devices.seen(connection, signs, clock.instant());
    }

    private Future<Void> report(List<Decoded<Parsed>> records) {
        List<Parsed> batch = records.stream().map(Decoded::value).toList();
        Set<String> ids = batch.stream().map(Parsed::device).collect(Collectors.toSet());
        return database.transaction(connection -> {
            Future<Void> seen = seen(connection, batch);
            return Future.all(seen, states.lockReported(connection, ids)).compose(found -> {
                Map<String, Reported> reported = found.resultAt(1);
                batch.forEach(one -> reported.put(
                        one.device(),
                        ReportedMerge.merge(
                                reported.getOrDefault(one.device(), Reported.NOTHING),
                                one.object(),
                                one.reading().arrived())));
                return states.putReported(connection, reported);
            });
        });
    }
}
