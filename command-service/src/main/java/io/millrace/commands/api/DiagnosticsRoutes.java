package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.store.DeviceDiary;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.DeviceStore.Present;
import io.millrace.commands.store.DiagnosticsStore;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** What goes wrong with a device: {@code GET /devices/{id}/diagnostics}. */
public final class DiagnosticsRoutes {
    private static final Duration DAY = Duration.ofHours(24);

    private final DeviceStore devices;
    private final DiagnosticsStore diaries;
    private final Clock clock;

    public DiagnosticsRoutes(DeviceStore devices, DiagnosticsStore diaries, Clock clock) {
        this.devices = devices;
        this.diaries = diaries;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(new Operation("getDiagnostics", this::get));
    }

    private Future<Answer> get(Call call) {
        DeviceId id = call.device();
        Instant now = clock.instant();
        return devices.find(id)
                .map(found -> found.orElseThrow(() -> Problem.notFound("device", id.value())))
                .compose(device -> diaries.find(id).compose(diary -> diaries.readings(id, now.minus(DAY))
                        .map(readings -> Answer.ok(
                                json(device, ended(diary.orElse(DeviceDiary.empty()), device), readings, now)))));
    }

    private static DeviceDiary ended(DeviceDiary diary, Present device) {
        return device.presence()
                .filter(presence -> !presence.connected() && presence.closedAt().isPresent())
                .map(presence -> diary.closed(
                        presence.epoch(),
                        presence.closedAt().orElseThrow(),
                        presence.closeReason().orElse("unknown")))
                .orElse(diary);
    }

    private static ObjectNode json(Present device, DeviceDiary diary, int readings, Instant now) {
        ObjectNode json = Answer.object()
                .put("id", device.device().id().value())
                .put("enabled", device.device().enabled())
                .put("connected", device.presence().map(p -> p.connected()).orElse(false));
        json.set("connects", Json.mapper().valueToTree(diary.connects()));
        json.set("refusals", Json.mapper().valueToTree(diary.refusals()));
        ArrayNode signs = json.putArray("signs");
        new TreeMap<>(diary.signs()).forEach((sign, tally) -> {
            ObjectNode one = signs.addObject()
                    .put("sign", sign)
                    .put("lastDay", tally.lastDay(now))
                    .put("total", tally.total())
                    .put("firstAt", tally.firstAt().toString())
                    .put("lastAt", tally.lastAt().toString());
            tally.detail().ifPresent(detail -> one.put("detail", detail));
        });
        long duplicates = diary.lastDay(Sign.DUPLICATE, now);
        ObjectNode lastDay = json.putObject("lastDay")
                .put("readings", readings)
                .put("rejected", rejected(diary, now))
                .put("takeovers", diary.lastDay(Sign.TAKEN_OVER, now))
                .put("duplicates", duplicates);
        if (readings > 0) {
            lastDay.put("duplicateRate", Math.min(1.0, Math.round(1000.0 * duplicates / readings) / 1000.0));
        }
        diary.sharedIdentity().ifPresent(shared -> json.putObject("sharedIdentity")
                .put("at", shared.at().toString())
                .put("takeovers", shared.takeovers())
                .put("withinSeconds", shared.withinMillis() / 1000)
                .set("addresses", Json.mapper().valueToTree(shared.addresses())));
        return json;
    }

    private static long rejected(DeviceDiary diary, Instant now) {
        return diary.lastDay(Sign.NOT_JSON, now)
                + diary.lastDay(Sign.NOT_OBJECT, now)
                + diary.lastDay(Sign.TOO_LARGE, now)
                + diary.lastDay(Sign.FOREIGN_TOPIC, now);
    }
}
