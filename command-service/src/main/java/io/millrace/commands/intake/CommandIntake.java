package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.CommandStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.CommandRequest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * From {@code commands} into the database, and on to the device in the same breath if it is ready and free: one statement for
 * the whole batch, then the dispatch records. A request that comes again changes nothing.
 */
public final class CommandIntake {
    private final CommandStore commands;
    private final Dispatcher dispatcher;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public CommandIntake(CommandStore commands, Dispatcher dispatcher, CommandServiceMetrics metrics, Clock clock) {
        this.commands = commands;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(Intake.COMMANDS, CommandRequest::of, this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<CommandRequest>> batch) {
        Instant received = clock.instant();
        List<CommandRequest> requests = batch.stream().map(Decoded::value).toList();
        return commands.accept(requests, Optional.empty(), received)
                .compose(accepted -> dispatcher.accepted(requests.size(), accepted, received));
    }
}
