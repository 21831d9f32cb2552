package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.BucketStore;
import io.millrace.commands.store.BucketStore.Bucket;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Position;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.StateStore.State;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What devices said: the last values and the history. */
public final class HistoryRoutes {
    private final DeviceStore devices;
    private final StateStore states;
    private final HistoryStore history;
    private final BucketStore bucketStore;
    private final Clock clock;

    public HistoryRoutes(
            DeviceStore devices, StateStore states, HistoryStore history, BucketStore bucketStore, Clock clock) {
        this.devices = devices;
        this.states = states;
        this.history = history;
        this.bucketStore = bucketStore;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(new Operation("getState", this::state), new Operation("getTelemetry", this::telemetry));
    }

    private Future<Answer> state(Call call) {
        DeviceId id = call.device();
        return DeviceRoutes.known(devices, id).compose(known -> states.find(id)).map(found -> {
            ObjectNode json = Answer.object().put("deviceId", id.value());
            json.set(
                    "telemetry",
                    found.map(s -> merged(s.telemetry(), s.telemetryTimes())).orElseGet(Answer::object));
            json.set(
                    "reported",
                    found.map(s -> merged(s.reported(), s.reportedTimes())).orElseGet(Answer::object));
            found.flatMap(State::telemetryAt).ifPresent(at -> json.put("telemetryAt", at.toString()));
            found.flatMap(State::reportedAt).ifPresent(at -> json.put("reportedAt", at.toString()));
            return Answer.ok(json);
        });
    }

    /** {@code {"temperature": {"value": 31, "at": …}}}. */
    static ObjectNode merged(JsonNode values, JsonNode times) {
        ObjectNode json = Answer.object();
        values.properties().forEach(field -> {
            ObjectNode entry = json.putObject(field.getKey());
            entry.set("value", field.getValue());
            entry.put("at", times.path(field.getKey()).asText());
        });
        return json;
    }

    private Future<Answer> telemetry(Call call) {
        DeviceId id = call.device();
        TimeRange range = TimeRange.of(call, clock.instant());
        List<FieldPath> fields = FieldPath.of(call);
        TelemetryFormat format = TelemetryFormat.of(call, TelemetryFormat.JSON);
        Readings readings = new Readings(history, id, range, call.query("order").equals(Optional.of("desc")));
        Optional<Buckets> asked = Buckets.of(call, range);
        if (asked.isPresent() || format != TelemetryFormat.JSON) {
            wholeOnly(call);
        }
        if (asked.isPresent()) {
            return DeviceRoutes.known(devices, id).compose(known -> buckets(asked.get(), readings, fields, format));
        }
        if (format != TelemetryFormat.JSON) {
            return DeviceRoutes.known(devices, id).compose(known -> export(readings, fields, format));
        }
        int limit = call.limit(1000);
        Optional<Position> after = call.cursor(3).map(HistoryRoutes::position);
        return DeviceRoutes.known(devices, id)
                .compose(known -> readings.page(after, limit))
                .map(page -> {
                    ObjectNode json = Answer.object();
                    ArrayNode items = json.putArray("items");
                    page.rows().forEach(row -> items.add(ReadingLines.json(row, fields)));
                    page.next().ifPresent(next -> json.put("nextCursor", cursor(next)));
                    return Answer.ok(json);
                });
    }

    private static void wholeOnly(Call call) {
        for (String name : List.of("limit", "cursor")) {
            call.query(name).ifPresent(text -> {
                throw Problem.field(name, "\"" + text + "\"", "none: buckets, CSV and NDJSON have no pages");
            });
        }
    }

    private Future<Answer> export(Readings readings, List<FieldPath> fields, TelemetryFormat format) {
        boolean guess = format == TelemetryFormat.CSV && fields.isEmpty();
        return (guess ? saidSoFar(readings.device(), false) : Future.succeededFuture(fields)).map(columns -> {
            ReadingLines lines = new ReadingLines(format, columns, false);
            return Answer.streamed(format.type(), out -> out.write(lines.head())
                    .compose(done -> readings.each(
                            rows -> out.write(lines.lines(readings.device().value(), rows)))));
        });
    }

    private Future<Answer> buckets(Buckets asked, Readings readings, List<FieldPath> named, TelemetryFormat format) {
        return (named.isEmpty() ? saidSoFar(readings.device(), true) : Future.succeededFuture(named))
                .compose(fields -> {
                    asked.check(fields, readings.range());
                    return bucketStore
                            .buckets(
                                    readings.device(),
                                    readings.range().from(),
                                    readings.range().to(),
                                    asked.every(),
                                    fields.stream().map(FieldPath::name).toList(),
                                    asked.aggregates())
                            .recover(HistoryRoutes::tooMuch)
                            .map(found -> answer(asked, fields, inOrder(found, readings.newestFirst()), format));
                });
    }

    private static <T> Future<T> tooMuch(Throwable failure) {
        return Future.failedFuture(
                Database.isTimedOut(failure)
                        ? Problem.of(
                                422,
                                "too-much-data",
                                "these buckets take longer than 20 s (expected a shorter range or fewer fields)")
                        : failure);
    }

    private static List<Bucket> inOrder(List<Bucket> oldestFirst, boolean newestFirst) {
        List<Bucket> buckets = new ArrayList<>(oldestFirst);
        if (newestFirst) {
            Collections.reverse(buckets);
        }
        return buckets;
    }

    private static Answer answer(Buckets asked, List<FieldPath> fields, List<Bucket> found, TelemetryFormat format) {
        return switch (format) {
            case JSON -> {
                ObjectNode json = Answer.object();
                ArrayNode items = json.putArray("items");
                found.forEach(bucket -> items.add(asked.json(bucket)));
                yield Answer.ok(json);
            }
            case CSV -> Answer.streamed(format.type(), out -> out.write(asked.csv(found, fields)));
            case NDJSON -> Answer.streamed(format.type(), out -> out.write(asked.ndjson(found)));
        };
    }

    /** Where nobody says which fields are meant: those that the device has sent so far. */
    private Future<List<FieldPath>> saidSoFar(DeviceId device, boolean numbersOnly) {
        return states.find(device).map(found -> found.map(state -> FieldPath.leaves(state.telemetry(), numbersOnly))
                .orElse(List.of()));
    }

    private static String cursor(Position position) {
        return Call.cursor(
                position.time().toString(), Integer.toString(position.partition()), Long.toString(position.offset()));
    }

    private static Position position(String[] parts) {
        try {
            return new Position(Instant.parse(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        } catch (DateTimeException | NumberFormatException e) {
            throw Call.wrongCursor(parts);
        }
    }
}
