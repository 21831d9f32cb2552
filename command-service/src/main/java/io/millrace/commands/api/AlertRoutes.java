package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.AlertStore.Alert;
import io.millrace.commands.store.AlertStore.Position;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Alerts: {@code /alerts}. */
public final class AlertRoutes {
    private final AlertStore alerts;
    private final Clock clock;

    public AlertRoutes(AlertStore alerts, Clock clock) {
        this.alerts = alerts;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("listAlerts", HttpMethod.GET, "/alerts", Role.VIEWER, this::list),
                new Operation(
                        "acknowledgeAlert",
                        HttpMethod.POST,
                        "/alerts/{id}/acknowledge",
                        Role.OPERATOR,
                        this::acknowledge));
    }

    private Future<Answer> list(Call call) {
        call.knows(Set.of("state", "device", "limit", "cursor"));
        int limit = call.limit(100, 1000);
        Optional<AlertEvent.State> state = call.query("state").map(text -> switch (text) {
            case "firing" -> AlertEvent.State.FIRING;
            case "resolved" -> AlertEvent.State.RESOLVED;
            default -> throw Problem.field("state", "\"" + text + "\"", "firing or resolved");
        });
        return alerts.list(state, call.query("device"), call.cursor(2).map(AlertRoutes::position), limit)
                .map(found -> Answer.page(
                        found,
                        limit,
                        AlertRoutes::json,
                        last -> Call.cursor(last.startsAt().toString(), last.id())));
    }

    private static Position position(String[] parts) {
        try {
            return new Position(Instant.parse(parts[0]), parts[1]);
        } catch (DateTimeException e) {
            throw Problem.field("cursor", "\"" + parts[0] + "\"", "nextCursor of the page before");
        }
    }

    private Future<Answer> acknowledge(Call call) {
        String id = call.path("id");
        if (id.indexOf('\0') >= 0) {
            throw Problem.notFound("alert", id);
        }
        return alerts.acknowledge(id, call.principal().name(), clock.instant())
                .map(found -> Answer.ok(json(found.orElseThrow(() -> Problem.notFound("alert", id)))));
    }

    private static ObjectNode json(Alert alert) {
        ObjectNode json = Answer.object()
                .put("id", alert.id())
                .put("name", alert.name())
                .put("state", alert.status().text());
        alert.deviceId().ifPresent(device -> json.put("deviceId", device));
        json.set("labels", alert.labels());
        json.set("annotations", alert.annotations());
        json.put("rule", alert.rule());
        json.put("revision", alert.revision());
        json.put("cause", alert.cause());
        alert.value().ifPresent(value -> json.put("value", value));
        alert.level().ifPresent(level -> json.put("level", level));
        alert.reason().ifPresent(reason -> json.put("reason", reason));
        json.put("late", alert.late());
        json.put("startsAt", alert.startsAt().toString());
        alert.endsAt().ifPresent(at -> json.put("endsAt", at.toString()));
        json.put("updatedAt", alert.updatedAt().toString());
        alert.acknowledgedAt().ifPresent(at -> json.put("acknowledgedAt", at.toString()));
        alert.acknowledgedBy().ifPresent(by -> json.put("acknowledgedBy", by));
        return json;
    }
}
