package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.store.AcceptStore;
import io.millrace.commands.store.NewCommand;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.CommandRequest;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * From {@code commands} into the database, and on to the device in the same breath if it is ready and free: one statement for
 * the whole batch, then the dispatch records. A request that comes again changes nothing.
 */
public final class CommandIntake {
    private final AcceptStore acceptance;
    private final Dispatcher dispatcher;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public CommandIntake(AcceptStore acceptance, Dispatcher dispatcher, CommandServiceMetrics metrics, Clock clock) {
        this.acceptance = acceptance;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(Intake.COMMANDS, CommandRequest::of, this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<CommandRequest>> batch) {
        Instant received = clock.instant();
        List<NewCommand> commands =
                batch.stream().map(one -> NewCommand.plain(one.value())).toList();
        return acceptance
                .accept(commands, received)
                .compose(accepted -> dispatcher.accepted(commands.size(), accepted, received));
    }
}
