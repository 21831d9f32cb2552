package io.millrace.commands.api;

import io.millrace.commands.store.Alert;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.DeviceStore;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Alerts: {@code /alerts} and {@code /devices/{id}/alerts}. */
public final class AlertRoutes {
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
                new Operation("listAlerts", this::list),
                new Operation("listDeviceAlerts", this::ofDevice),
                new Operation("getAlert", this::get),
                new Operation("acknowledgeAlert", this::acknowledge),
                new Operation("withdrawAcknowledgement", this::withdraw));
    }

    private Future<Answer> list(Call call) {
        int limit = call.limit(100);
        return find(call, call.query("device"), limit).map(found -> page(found, limit));
    }

    /** Alerts outlive their device: only where there are none, it is asked whether it is there. */
    private Future<Answer> ofDevice(Call call) {
        DeviceId device = call.device();
        int limit = call.limit(100);
        return find(call, Optional.of(device.value()), limit)
                .compose(found -> found.isEmpty()
                        ? DeviceRoutes.known(devices, device).map(found)
                        : Future.succeededFuture(found))
                .map(found -> page(found, limit));
    }

    private static Answer page(List<Alert> found, int limit) {
        return Answer.page(
                found, limit, AlertJson::of, last -> Call.cursor(last.startsAt().toString(), last.id()));
    }

    private Future<List<Alert>> find(Call call, Optional<String> device, int limit) {
        var filter = new Alert.Filter(
                call.choice("state", AlertEvent.State.class),
                device,
                call.query("rule"),
                call.flag("acknowledged"),
                call.labels());
        return alerts.list(filter, call.cursor(2).map(AlertRoutes::position), limit);
    }

    private static Alert.Position position(String[] parts) {
        try {
            return new Alert.Position(Instant.parse(parts[0]), parts[1]);
        } catch (DateTimeException e) {
            throw Call.wrongCursor(parts);
        }
    }

    private Future<Answer> get(Call call) {
        String id = call.path("id");
        return alerts.story(id).map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private Future<Answer> acknowledge(Call call) {
        String id = call.path("id");
        Optional<String> note = call.maybeBody().flatMap(body -> body.maybeText("note"));
        return alerts.acknowledge(id, call.principal().name(), note, clock.instant())
                .map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private Future<Answer> withdraw(Call call) {
        String id = call.path("id");
        return alerts.withdraw(id, call.principal().name(), clock.instant())
                .map(found -> Answer.ok(AlertJson.of(found.orElseThrow(() -> unknown(id)))));
    }

    private static Problem unknown(String id) {
        return Problem.notFound("alert", id);
    }
}
