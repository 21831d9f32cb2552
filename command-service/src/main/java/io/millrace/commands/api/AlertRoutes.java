package io.millrace.commands.api;

import io.millrace.commands.store.Alert;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.DeviceStore;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Alerts: {@code /alerts} and {@code /devices/{id}/alerts}. */
public final class AlertRoutes {
    private static final int MAX_NOTE = 500;
    private static final Set<String> FILTERS = Set.of("state", "rule", "acknowledged", "label", "limit", "cursor");
    private static final Set<String> FILTERS_OF_ALL =
            Set.of("state", "device", "rule", "acknowledged", "label", "limit", "cursor");

    private final AlertStore alerts;
    private final DeviceStore devices;
    private final Clock clock;

    public AlertRoutes(AlertStore alerts, DeviceStore devices, Clock clock) {
        this.alerts = alerts;
        this.devices = devices;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("listAlerts", HttpMethod.GET, "/alerts", Role.VIEWER, this::list),
                new Operation("listDeviceAlerts", HttpMethod.GET, "/devices/{id}/alerts", Role.VIEWER, this::ofDevice),
                new Operation("getAlert", HttpMethod.GET, "/alerts/{id}", Role.VIEWER, this::get),
                new Operation(
                        "acknowledgeAlert",
                        HttpMethod.POST,
                        "/alerts/{id}/acknowledge",
                        Role.OPERATOR,
                        this::acknowledge),
                new Operation(
                        "withdrawAcknowledgement",
                        HttpMethod.DELETE,
                        "/alerts/{id}/acknowledge",
                        Role.OPERATOR,
                        this::withdraw));
    }

    private Future<Answer> list(Call call) {
        call.knows(FILTERS_OF_ALL);
        int limit = call.limit(100, 1000);
        return find(call, call.query("device"), limit).map(found -> page(found, limit));
    }

    /** Alerts outlive their device: only where there are none, it is asked whether it is there. */
    private Future<Answer> ofDevice(Call call) {
        call.knows(FILTERS);
        DeviceId device = call.device();
        int limit = call.limit(100, 1000);
        return find(call, Optional.of(device.value()), limit).compose(found -> {
            if (!found.isEmpty()) {
                return Future.succeededFuture(page(found, limit));
            }
            return devices.exists(device).map(known -> {
                if (!known) {
                    throw Problem.notFound("device", device.value());
                }
                return page(found, limit);
            });
        });
    }

    private static Answer page(List<Alert> found, int limit) {
        return Answer.page(
                found, limit, AlertJson::of, last -> Call.cursor(last.startsAt().toString(), last.id()));
    }

    private Future<List<Alert>> find(Call call, Optional<String> device, int limit) {
        Optional<AlertEvent.State> state = call.query("state").map(text -> switch (text) {
            case "firing" -> AlertEvent.State.FIRING;
            case "resolved" -> AlertEvent.State.RESOLVED;
            default -> throw Problem.field("state", "\"" + text + "\"", "firing or resolved");
        });
        var filter = new Alert.Filter(state, device, call.query("rule"), call.flag("acknowledged"), labels(call));
        return alerts.list(filter, call.cursor(2).map(AlertRoutes::position), limit);
    }

    private static Map<String, String> labels(Call call) {
        Map<String, String> labels = new HashMap<>();
        for (String text : call.queries("label")) {
            int colon = text.indexOf(':');
            if (colon < 1 || text.indexOf('\0') >= 0) {
                throw Problem.field("label", "\"" + text + "\"", "name:value, such as severity:critical");
            }
            String name = text.substring(0, colon);
            if (labels.put(name, text.substring(colon + 1)) != null) {
                throw Problem.field("label", "\"" + text + "\"", "each name once");
            }
        }
        return labels;
    }

    private static Alert.Position position(String[] parts) {
        try {
            return new Alert.Position(Instant.parse(parts[0]), parts[1]);
        } catch (DateTimeException e) {
            throw Problem.field("cursor", "\"" + parts[0] + "\"", "nextCursor of the page before");
        }
    }

    private Future<Answer> get(Call call) {
        String id = id(call);
        return alerts.story(id).map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private Future<Answer> acknowledge(Call call) {
        String id = id(call);
        Optional<String> note = call.hasBody() ? note(call.body()) : Optional.empty();
        return alerts.acknowledge(id, call.principal().name(), note, clock.instant())
                .map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private static Optional<String> note(Body body) {
        Optional<String> note = body.maybeText("note", MAX_NOTE);
        body.finish();
        return note;
    }

    private Future<Answer> withdraw(Call call) {
        String id = id(call);
        return alerts.withdraw(id, call.principal().name(), clock.instant())
                .map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private static String id(Call call) {
        String id = call.path("id");
        if (id.indexOf('\0') >= 0) {
            throw unknown(id);
        }
        return id;
    }

    private static Problem unknown(String id) {
        return Problem.notFound("alert", id);
    }
}
