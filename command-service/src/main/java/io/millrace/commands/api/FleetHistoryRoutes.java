package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.DeviceSearchStore;
import io.millrace.commands.store.DeviceSearchStore.Filter;
import io.millrace.commands.store.DeviceSearchStore.Page;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.StateStore.State;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;

/** What many devices said: the last values of each, and their readings of a time as one stream. */
public final class FleetHistoryRoutes {
    private static final int EXPORT_PAGE = 100;

    private final DeviceSearchStore devices;
    private final StateStore states;
    private final HistoryStore history;
    private final Clock clock;

    public FleetHistoryRoutes(DeviceSearchStore devices, StateStore states, HistoryStore history, Clock clock) {
        this.devices = devices;
        this.states = states;
        this.history = history;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(new Operation("getLatest", this::latest), new Operation("exportTelemetry", this::export));
    }

    private Future<Answer> latest(Call call) {
        List<FieldPath> fields = FieldPath.of(call);
        List<String> named = call.queries("device");
        if (!named.isEmpty()) {
            return states.find(checked(call, named)).map(found -> Answer.ok(items(found, fields)));
        }
        int limit = call.limit(100);
        return devices.list(DeviceListRoutes.filter(call), call.cursor(2).map(DeviceListRoutes::position), limit)
                .compose(page -> states.find(ids(page)).map(found -> {
                    ObjectNode json = items(found, fields);
                    page.next().ifPresent(next -> json.put("nextCursor", DeviceListRoutes.cursor(next)));
                    return Answer.ok(json);
                }));
    }

    private static List<String> checked(Call call, List<String> named) {
        for (String other : List.of("type", "label", "connected", "q", "limit", "cursor")) {
            if (!call.queries(other).isEmpty()) {
                throw Problem.field(other, call.queries(other).get(0), "none beside device");
            }
        }
        return named;
    }

    private static List<String> ids(Page page) {
        return page.devices().stream().map(one -> one.device().id().value()).toList();
    }

    private static ObjectNode items(List<State> found, List<FieldPath> fields) {
        ObjectNode json = Answer.object();
        ArrayNode items = json.putArray("items");
        found.stream()
                .filter(state -> state.telemetryAt().isPresent())
                .sorted(Comparator.comparing(State::deviceId))
                .forEach(state -> items.addObject()
                        .put("deviceId", state.deviceId())
                        .put("at", state.telemetryAt().orElseThrow().toString())
                        .set("values", values(state, fields)));
        return json;
    }

    private static ObjectNode values(State state, List<FieldPath> fields) {
        if (fields.isEmpty()) {
            return HistoryRoutes.merged(state.telemetry(), state.telemetryTimes());
        }
        ObjectNode json = Answer.object();
        for (FieldPath field : fields) {
            field.in(state.telemetry()).ifPresent(value -> json.putObject(field.name())
                    .put("at", time(state.telemetryTimes(), field))
                    .set("value", value));
        }
        return json;
    }

    /** A field within an object is as old as the object. */
    private static String time(JsonNode times, FieldPath field) {
        JsonNode own = times.path(field.name());
        return (own.isMissingNode() ? times.path(field.name().split("\\.", -1)[0]) : own).asText();
    }

    private Future<Answer> export(Call call) {
        Filter filter = DeviceListRoutes.filter(call);
        TimeRange range = TimeRange.of(call, clock.instant());
        TelemetryFormat format = TelemetryFormat.of(call, TelemetryFormat.NDJSON);
        List<FieldPath> fields = FieldPath.of(call);
        if (format == TelemetryFormat.JSON) {
            throw Problem.field("format", "\"json\"", "csv or ndjson");
        }
        if (format == TelemetryFormat.CSV && fields.isEmpty()) {
            throw Problem.field("fields", "missing", "the columns of the CSV");
        }
        ReadingLines lines = new ReadingLines(format, fields, true);
        return Future.succeededFuture(Answer.streamed(format.type(), out -> out.write(lines.head())
                .compose(done -> DeviceListRoutes.eachPage(devices, filter, EXPORT_PAGE, page -> states.find(ids(page))
                        .compose(found -> readings(found, range, lines, out))))));
    }

    /** Who last spoke before that time has said nothing in it. */
    private Future<Void> readings(List<State> page, TimeRange range, ReadingLines lines, WriteStream<Buffer> out) {
        Future<Void> done = Future.succeededFuture();
        for (State state : page.stream()
                .filter(one -> one.telemetryAt()
                        .filter(at -> !at.isBefore(range.from()))
                        .isPresent())
                .sorted(Comparator.comparing(State::deviceId))
                .toList()) {
            Readings readings = new Readings(history, new DeviceId(state.deviceId()), range, false);
            done = done.compose(before -> readings.each(rows -> out.write(lines.lines(state.deviceId(), rows))));
        }
        return done;
    }
}
