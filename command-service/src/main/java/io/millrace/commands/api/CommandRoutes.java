package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.dispatch.Admission;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.CommandContent;
import io.millrace.commands.store.CommandSearchStore;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.NewCommand;
import io.millrace.commands.store.TimelineStore;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Commands to devices: {@code /devices/{id}/commands} and {@code /commands/{id}}. */
public final class CommandRoutes {
    private final DeviceStore devices;
    private final Admission admission;
    private final CommandSearchStore commands;
    private final TimelineStore timeline;
    private final CommandChanges changes;
    private final CommandIds ids;
    private final CommandsConfig config;
    private final Clock clock;

    public CommandRoutes(
            DeviceStore devices,
            Admission admission,
            CommandSearchStore commands,
            TimelineStore timeline,
            CommandChanges changes,
            CommandsConfig config,
            Clock clock) {
        this.devices = devices;
        this.admission = admission;
        this.commands = commands;
        this.timeline = timeline;
        this.changes = changes;
        this.ids = new CommandIds(clock);
        this.config = config;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("sendCommand", this::send),
                new Operation("listCommands", this::list),
                new Operation("getCommand", this::get),
                new Operation("cancelCommand", this::cancel));
    }

    private Future<Answer> send(Call call) {
        Instant now = clock.instant();
        DeviceId device = call.device();
        Body body = call.body();
        CommandContent content = CommandFields.content(body, config);
        CommandRequest request =
                content.request(ids.next(), device, call.principal().name(), now);
        Optional<String> key = CommandFields.idempotencyKey(call);
        var command = new NewCommand(request, content.terms(), key, Optional.empty());
        if (admission.isFull()) {
            throw Replies.unavailable("more commands come than the database takes");
        }
        return admission
                .accept(command)
                .compose(change -> change.isEmpty()
                        ? repeated(request, key.orElse(""))
                        : Future.succeededFuture(answer(
                                request.deviceId(),
                                change.get().commandId(),
                                change.get().status(),
                                change.get().reason())));
    }

    /** The key was used before: for the same command that is what it is for, for another it is a mistake. */
    private Future<Answer> repeated(CommandRequest request, String key) {
        return commands.findByIdempotencyKey(request.deviceId(), key).map(found -> {
            Command first = found.orElseThrow(
                    () -> new IllegalStateException("command " + request.commandId() + " was not inserted"));
            if (!Arrays.equals(first.payload(), request.payload())) {
                throw Problem.of(
                        409,
                        "idempotency-key-reused",
                        "Idempotency-Key \"" + key + "\" was used for command " + first.id() + " with another payload");
            }
            return answer(request.deviceId(), first.id(), first.status(), first.reason());
        });
    }

    private static Answer answer(DeviceId device, String id, CommandStatus status, Optional<String> reason) {
        if (status == CommandStatus.REJECTED
                && reason.filter("unknown-device"::equals).isPresent()) {
            throw Problem.notFound("device", device.value());
        }
        if (status == CommandStatus.REJECTED) {
            throw Problem.of(
                    409,
                    reason.orElse("rejected"),
                    "device \"" + device + "\" takes no commands; rejected as command " + id);
        }
        return Answer.accepted(
                Api.ROOT + "/commands/" + id,
                Answer.object().put("commandId", id).put("status", status.text()));
    }

    /** A device that was deleted may still have commands. */
    private Future<Answer> list(Call call) {
        DeviceId device = call.device();
        int limit = call.limit(50);
        long before = call.position().orElse(Long.MAX_VALUE);
        return commands.listOfDevice(device, call.choice("status", CommandStatus.class), before, limit)
                .compose(found -> found.isEmpty()
                        ? DeviceRoutes.known(devices, device).map(found)
                        : Future.succeededFuture(found))
                .map(found ->
                        Answer.page(found, limit, CommandJson::of, last -> Call.cursor(Long.toString(last.seq()))));
    }

    private Future<Answer> get(Call call) {
        String id = call.path("id");
        return commands.find(id).compose(found -> {
            Command command = found.orElseThrow(() -> Problem.notFound("command", id));
            return timeline.of(id).map(entries -> {
                ObjectNode json = CommandJson.of(command);
                ArrayNode steps = json.putArray("timeline");
                entries.forEach(entry -> steps.add(CommandJson.of(entry)));
                return Answer.ok(json);
            });
        });
    }

    private Future<Answer> cancel(Call call) {
        String id = call.path("id");
        return commands.find(id).compose(found -> {
            Command command = found.orElseThrow(() -> Problem.notFound("command", id));
            var cancelled = new Signal.Cancelled(call.principal().name(), clock.instant());
            return changes.apply(List.of(new CommandChanges.Change(id, command.deviceId(), cancelled)))
                    .compose(changed -> changed.isEmpty()
                            ? commands.find(id).map(now -> {
                                throw notQueued(now.orElse(command));
                            })
                            : Future.succeededFuture(Answer.ok(
                                    Answer.object().put("commandId", id).put("status", "cancelled"))));
        });
    }

    private static Problem notQueued(Command command) {
        return Problem.of(
                409,
                "not-queued",
                "command " + command.id() + " is " + command.status().text() + " (only a queued one can be cancelled)");
    }
}
