package io.millrace.commands.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.life.Signal;
import io.millrace.commands.store.CommandSearchStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From {@code command-events}, what gateways and devices report, to the commands. The gateway adds the command id to an answer
 * without one. Where it cannot (the answer comes in another session than the command) the one that was handed to the device last
 * is meant.
 */
public final class ReportIntake {
    private final CommandSearchStore commands;
    private final CommandChanges changes;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public ReportIntake(
            CommandSearchStore commands, CommandChanges changes, CommandServiceMetrics metrics, Clock clock) {
        this.clock = clock;
        this.commands = commands;
        this.changes = changes;
        this.metrics = metrics;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.REPORTS, record -> Json.read(record.value(), CommandEvent.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<CommandEvent>> batch) {
        List<CommandEvent> reports = batch.stream()
                .map(Decoded::value)
                .filter(event -> !(event instanceof CommandEvent.StatusChanged))
                .toList();
        return lastHanded(reports)
                .compose(last -> changes.apply(
                        reports.stream().flatMap(event -> change(event, last)).toList()))
                .mapEmpty();
    }

    /** By device, for those that answered without naming the command. */
    private Future<Map<String, String>> lastHanded(List<CommandEvent> reports) {
        Set<String> devices = reports.stream()
                .filter(event -> event instanceof CommandEvent.Responded responded
                        && responded.commandId().isEmpty())
                .map(event -> event.deviceId().value())
                .collect(Collectors.toSet());
        return devices.isEmpty() ? Future.succeededFuture(Map.of()) : commands.lastHanded(devices);
    }

    private Stream<CommandChanges.Change> change(CommandEvent event, Map<String, String> lastHanded) {
        String device = event.deviceId().value();
        if (event instanceof CommandEvent.Delivered e) {
            return Stream.of(new CommandChanges.Change(
                    e.commandId(),
                    device,
                    Optional.of(e.slot()),
                    new Signal.Delivered(e.epoch(), e.attempt(), e.at())));
        } else if (event instanceof CommandEvent.Unconfirmed e) {
            return Stream.of(new CommandChanges.Change(
                    e.commandId(),
                    device,
                    Optional.of(e.slot()),
                    new Signal.Unconfirmed(e.epoch(), e.attempt(), e.at())));
        } else if (event instanceof CommandEvent.Undelivered e) {
            return Stream.of(new CommandChanges.Change(
                    e.commandId(),
                    device,
                    Optional.of(e.slot()),
                    new Signal.Undelivered(e.epoch(), e.attempt(), e.reason(), e.at())));
        } else if (event instanceof CommandEvent.Responded e) {
            Optional<String> id = e.commandId().or(() -> Optional.ofNullable(lastHanded.get(device)));
            if (id.isEmpty()) {
                metrics.signalIgnored();
            }
            return id.stream().map(command -> new CommandChanges.Change(command, device, answer(e)));
        }
        return Stream.empty();
    }

    private static Signal answer(CommandEvent.Responded event) {
        return new Signal.Responded(
                event.status() == CommandStatus.SUCCEEDED,
                event.detail().filter(JsonNode::isTextual).map(JsonNode::textValue),
                event.detail().map(detail -> new String(Json.write(detail), StandardCharsets.UTF_8)),
                event.at());
    }
}
