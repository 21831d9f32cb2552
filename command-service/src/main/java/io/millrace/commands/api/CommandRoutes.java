package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.CommandServiceConfig.CommandsConfig;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.CommandStore;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.TimelineStore;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Commands to devices: {@code /devices/{id}/commands} and {@code /commands/{id}}. */
public final class CommandRoutes {
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);
    private static final int MAX_CONTENT_TYPE = 128;
    private static final int MAX_IDEMPOTENCY_KEY = 128;

    private final DeviceStore devices;
    private final CommandStore commands;
    private final TimelineStore timeline;
    private final Dispatcher dispatcher;
    private final CommandChanges changes;
    private final CommandIds ids;
    private final CommandsConfig config;
    private final Clock clock;

    public CommandRoutes(
            DeviceStore devices,
            CommandStore commands,
            TimelineStore timeline,
            Dispatcher dispatcher,
            CommandChanges changes,
            CommandsConfig config,
            Clock clock) {
        this.devices = devices;
        this.commands = commands;
        this.timeline = timeline;
        this.dispatcher = dispatcher;
        this.changes = changes;
        this.ids = new CommandIds(clock);
        this.config = config;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("sendCommand", HttpMethod.POST, "/devices/{id}/commands", Role.OPERATOR, this::send),
                new Operation("listCommands", HttpMethod.GET, "/devices/{id}/commands", Role.VIEWER, this::list),
                new Operation("getCommand", HttpMethod.GET, "/commands/{id}", Role.VIEWER, this::get),
                new Operation("cancelCommand", HttpMethod.DELETE, "/commands/{id}", Role.OPERATOR, this::cancel));
    }

    private Future<Answer> send(Call call) {
        Instant now = clock.instant();
        CommandRequest request = request(call, now);
        Optional<String> key = idempotencyKey(call);
        return commands.accept(List.of(request), key, now).compose(accepted -> {
            if (accepted.isEmpty()) {
                return repeated(request, key.orElse(""));
            }
            Command.Change change = accepted.get(0).change();
            return dispatcher
                    .accepted(1, accepted, now)
                    .map(done -> answer(request.deviceId(), change.commandId(), change.status(), change.reason()));
        });
    }

    private CommandRequest request(Call call, Instant now) {
        DeviceId device = call.device();
        Body body = call.body();
        JsonNode payload = body.any("payload")
                .orElseThrow(() -> Problem.field("payload", "missing", "a text or any other JSON value"));
        byte[] bytes = payload.isTextual() ? payload.textValue().getBytes(UTF_8) : Json.write(payload);
        if (bytes.length > config.maxPayload()) {
            throw Problem.of(
                    413,
                    "too-large",
                    "payload: " + bytes.length + " bytes (expected at most " + config.maxPayload() + ")");
        }
        Optional<String> contentType = body.maybeText("contentType", MAX_CONTENT_TYPE)
                .or(() -> payload.isTextual() ? Optional.of("text/plain") : Optional.empty());
        Duration expiresIn = body.duration("expiresIn", LONGEST_EXPIRY).orElse(config.defaultExpiry());
        int qos = body.number("qos", 0, 2).orElse(1);
        body.finish();
        return new CommandRequest(
                ids.next(),
                device,
                bytes,
                contentType,
                CommandRequest.Origin.API,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(call.principal().name()),
                qos,
                0,
                now,
                now.plus(expiresIn));
    }

    private static Optional<String> idempotencyKey(Call call) {
        Optional<String> key = call.header("Idempotency-Key").filter(text -> !text.isEmpty());
        if (key.isPresent() && key.get().length() > MAX_IDEMPOTENCY_KEY) {
            throw Problem.field(
                    "Idempotency-Key",
                    key.get().length() + " characters",
                    "at most " + MAX_IDEMPOTENCY_KEY + " characters");
        }
        return key;
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

    private Future<Answer> list(Call call) {
        call.knows(Set.of("status", "limit", "cursor"));
        DeviceId device = call.device();
        int limit = call.limit(50, 1000);
        Optional<CommandStatus> status = call.query("status").map(text -> {
            try {
                return CommandStatus.parse(text);
            } catch (IllegalArgumentException e) {
                throw Problem.field("status", "\"" + text + "\"", "a status such as queued or delivered");
            }
        });
        long before = call.cursor(1).map(CommandRoutes::position).orElse(Long.MAX_VALUE);
        return commands.listOfDevice(device, status, before, limit)
                .compose(found -> found.isEmpty() ? known(device).map(found) : Future.succeededFuture(found))
                .map(found ->
                        Answer.page(found, limit, CommandRoutes::json, last -> Call.cursor(Long.toString(last.seq()))));
    }

    /** A device that was deleted, or never was, may still have commands. */
    private Future<Void> known(DeviceId device) {
        return devices.exists(device).map(exists -> {
            if (!exists) {
                throw Problem.notFound("device", device.value());
            }
            return null;
        });
    }

    private static Long position(String[] parts) {
        if (!parts[0].matches("\\d{1,18}")) {
            throw Problem.field("cursor", "\"" + parts[0] + "\"", "nextCursor of the page before");
        }
        return Long.parseLong(parts[0]);
    }

    private Future<Answer> get(Call call) {
        String id = commandId(call);
        return commands.find(id).compose(found -> {
            Command command = found.orElseThrow(() -> Problem.notFound("command", id));
            return timeline.of(id).map(entries -> {
                ObjectNode json = json(command);
                ArrayNode steps = json.putArray("timeline");
                entries.forEach(entry -> steps.add(json(entry)));
                return Answer.ok(json);
            });
        });
    }

    private static String commandId(Call call) {
        String id = call.path("id");
        if (id.length() > CommandRequest.MAX_ID_LENGTH || id.indexOf('\0') >= 0) {
            throw Problem.notFound("command", id);
        }
        return id;
    }

    private Future<Answer> cancel(Call call) {
        String id = commandId(call);
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

    private static ObjectNode json(Command command) {
        ObjectNode json = Answer.object()
                .put("commandId", command.id())
                .put("deviceId", command.deviceId())
                .put("status", command.status().text());
        command.reason().ifPresent(reason -> json.put("reason", reason));
        String text = new String(command.payload(), UTF_8);
        if (Arrays.equals(text.getBytes(UTF_8), command.payload())) {
            json.put("payload", text);
        } else {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(command.payload()));
        }
        command.contentType().ifPresent(type -> json.put("contentType", type));
        json.put("attempt", command.attempt());
        command.result().ifPresent(result -> json.set("result", result));
        json.put("createdAt", command.createdAt().toString());
        json.put("expiresAt", command.expiresAt().toString());
        command.sentAt().ifPresent(at -> json.put("sentAt", at.toString()));
        command.deliveredAt().ifPresent(at -> json.put("deliveredAt", at.toString()));
        command.finishedAt().ifPresent(at -> json.put("finishedAt", at.toString()));
        ObjectNode cause = json.putObject("cause").put("origin", command.origin());
        command.rule().ifPresent(rule -> cause.put("rule", rule));
        command.revision().ifPresent(revision -> cause.put("revision", revision));
        command.cause().ifPresent(record -> cause.put("record", record));
        command.requestedBy().ifPresent(user -> cause.put("user", user));
        return json;
    }

    private static ObjectNode json(TimelineStore.Entry entry) {
        ObjectNode json = Answer.object()
                .put("at", entry.at().toString())
                .put("event", entry.event())
                .put("status", entry.status().text())
                .put("attempt", entry.attempt());
        entry.slot().ifPresent(slot -> json.put("gateway", slot));
        entry.epoch().ifPresent(epoch -> json.put("session", epoch));
        entry.reason().ifPresent(reason -> json.put("reason", reason));
        return json;
    }
}
