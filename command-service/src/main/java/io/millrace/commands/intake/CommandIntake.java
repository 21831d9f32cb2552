package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.store.CommandStore;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.CommandRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * From {@code commands} into the database, and on to the device in the same breath if it is ready and free: one statement for
 * the whole batch, then the dispatch records. A request that comes again changes nothing.
 */
public final class CommandIntake implements RecordHandler {
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

    @Override
    public CompletionStage<?> handle(ConsumerRecords<byte[], byte[]> records) {
        Instant received = clock.instant();
        List<CommandRequest> requests = Decoded.all(records, CommandRequest::of, Intake.COMMANDS, metrics).stream()
                .map(Decoded::value)
                .toList();
        if (requests.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return commands.accept(requests, Optional.empty(), received)
                .onSuccess(accepted -> metrics.accepted(requests.size(), accepted.size()))
                .compose(accepted -> dispatcher.accepted(accepted, received))
                .toCompletionStage();
    }
}
