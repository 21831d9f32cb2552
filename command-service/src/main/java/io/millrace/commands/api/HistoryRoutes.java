package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Position;
import io.millrace.commands.store.HistoryStore.Stored;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.StateStore.State;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What devices said: the last values and the history. */
public final class HistoryRoutes {
    private static final Duration DEFAULT_RANGE = Duration.ofHours(1);

    private final DeviceStore devices;
    private final StateStore states;
    private final HistoryStore history;
    private final Clock clock;

    public HistoryRoutes(DeviceStore devices, StateStore states, HistoryStore history, Clock clock) {
        this.devices = devices;
        this.states = states;
        this.history = history;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("getState", HttpMethod.GET, "/devices/{id}/state", Role.VIEWER, this::state),
                new Operation("getTelemetry", HttpMethod.GET, "/devices/{id}/telemetry", Role.VIEWER, this::telemetry));
    }

    private Future<Answer> state(Call call) {
        DeviceId id = call.device();
        return known(id).compose(known -> states.find(id)).map(found -> {
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
    private static ObjectNode merged(JsonNode values, JsonNode times) {
        ObjectNode json = Answer.object();
        values.properties().forEach(field -> {
            ObjectNode entry = json.putObject(field.getKey());
            entry.set("value", field.getValue());
            entry.put("at", times.path(field.getKey()).asText());
        });
        return json;
    }

    private Future<Answer> telemetry(Call call) {
        call.knows(Set.of("from", "to", "fields", "limit", "cursor"));
        DeviceId id = call.device();
        int limit = call.limit(1000, 10_000);
        Instant to = call.time("to").orElseGet(clock::instant);
        Instant from = call.time("from").orElseGet(() -> to.minus(DEFAULT_RANGE));
        if (!from.isBefore(to)) {
            throw Problem.field("from", from.toString(), "a time before to (" + to + ")");
        }
        List<String> fields =
                call.query("fields").map(text -> List.of(text.split(","))).orElse(List.of());
        Optional<Position> after = call.cursor(3).map(HistoryRoutes::position);
        return known(id)
                .compose(known -> history.range(id, from, to, after, limit))
                .map(found -> Answer.page(found, limit, row -> json(row, fields), row -> cursor(row.position())));
    }

    private Future<Void> known(DeviceId id) {
        return devices.exists(id).map(exists -> {
            if (!exists) {
                throw Problem.notFound("device", id.value());
            }
            return null;
        });
    }

    private static JsonNode json(Stored row, List<String> fields) {
        ObjectNode json = Answer.object().put("time", row.position().time().toString());
        row.channel().ifPresent(channel -> json.put("channel", channel));
        if (fields.isEmpty()) {
            json.set("values", row.body());
        } else {
            ObjectNode values = json.putObject("values");
            fields.stream()
                    .filter(row.body()::has)
                    .forEach(field -> values.set(field, row.body().get(field)));
        }
        return json;
    }

    private static String cursor(Position position) {
        return Call.cursor(
                position.time().toString(), Integer.toString(position.partition()), Long.toString(position.offset()));
    }

    private static Position position(String[] parts) {
        Supplier<Problem> wrong =
                () -> Problem.field("cursor", String.join(" ", parts), "nextCursor of the page before");
        try {
            return new Position(Instant.parse(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        } catch (DateTimeException | NumberFormatException e) {
            throw wrong.get();
        }
    }
}
