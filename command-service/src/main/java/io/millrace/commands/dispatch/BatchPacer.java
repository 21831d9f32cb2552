package io.millrace.commands.dispatch;

import io.millrace.commands.life.Signal;
import io.millrace.commands.store.AcceptStore;
import io.millrace.commands.store.Batch;
import io.millrace.commands.store.BatchStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.NewCommand;
import io.millrace.commands.store.SweepStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Issues the commands of batches, each at its pace and within its limit, looking four times a second. A batch's row is the lock, and
 * when its next command may go stands in it: so whatever number of instances runs, or is killed, the pace is kept and each device gets
 * one command, which is born in the transaction that takes the device off the list. On a thread of its own.
 */
public final class BatchPacer implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration LOOK_FOR_END = Duration.ofSeconds(1);
    /** Of a round, so that closing need not wait for long. */
    private static final int MOST_STEPS = 50;

    private final Database database;
    private final BatchStore batches;
    private final AcceptStore acceptance;
    private final Dispatcher dispatcher;
    private final CommandChanges changes;
    private final Clock clock;
    private final Rounds rounds = new Rounds("batch-pacer", LOOK, this::round);

    public BatchPacer(
            Database database,
            BatchStore batches,
            AcceptStore acceptance,
            Dispatcher dispatcher,
            CommandChanges changes,
            Clock clock) {
        this.database = database;
        this.batches = batches;
        this.acceptance = acceptance;
        this.dispatcher = dispatcher;
        this.changes = changes;
        this.clock = clock;
    }

    public void start() {
        rounds.start();
    }

    /** What a step did, to be followed up after its commit. */
    private record Done(
            int given, List<AcceptStore.Accepted> accepted, List<SweepStore.Found> cancelled, Optional<Batch> batch) {
        static Done nothing() {
            return new Done(0, List.of(), List.of(), Optional.empty());
        }

        static Done with(Batch batch) {
            return new Done(0, List.of(), List.of(), Optional.of(batch));
        }
    }

    private void round() {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (!Rounds.await(step())) {
                return;
            }
        }
    }

    /** One step of the batch that is due first; false if none is. */
    private Future<Boolean> step() {
        Instant now = clock.instant();
        return database.transaction(connection -> batches.lockDue(connection, now)
                        .compose(due -> due.isEmpty()
                                ? Future.succeededFuture(Done.nothing())
                                : due.get().status() == Batch.Status.RUNNING
                                        ? issue(connection, due.get(), now)
                                        : takeBack(connection, due.get(), now)))
                .compose(done -> dispatcher
                        .accepted(done.given(), done.accepted(), now)
                        .compose(told -> cancel(done, now))
                        .map(done.batch().isPresent()));
    }

    private Future<Done> issue(SqlConnection connection, Batch batch, Instant now) {
        if (batch.issued() == batch.total()) {
            return end(connection, batch, Batch.Status.FINISHED, now);
        }
        Future<Integer> busy = batch.inFlight().isEmpty()
                ? Future.succeededFuture(0)
                : batches.busy(connection, batch.id(), batch.inFlight().get());
        return busy.compose(count -> {
            Pace pace = Pace.of(batch, count, now);
            return batches.take(connection, batch.id(), pace.commands()).compose(targets -> {
                List<NewCommand> commands = targets.stream()
                        .map(target -> batch.command(target.n(), target.deviceId(), now))
                        .toList();
                Future<List<AcceptStore.Accepted>> accepted = commands.isEmpty()
                        ? Future.succeededFuture(List.of())
                        : acceptance.accept(connection, commands, now);
                return accepted.compose(born -> batches.progress(connection, batch.id(), targets.size(), pace.next())
                        .map(done -> new Done(targets.size(), born, List.of(), Optional.of(batch))));
            });
        });
    }

    /** What is sent comes to its end by itself, which may be to be queued again. */
    private Future<Done> takeBack(SqlConnection connection, Batch batch, Instant now) {
        return batches.queued(connection, batch.id()).compose(found -> {
            if (found.isEmpty()) {
                return end(connection, batch, Batch.Status.CANCELLED, now);
            }
            Instant next = found.size() == SweepStore.LIMIT ? now : now.plus(LOOK_FOR_END);
            return batches.progress(connection, batch.id(), 0, next)
                    .map(done -> new Done(0, List.of(), found, Optional.of(batch)));
        });
    }

    private Future<Done> end(SqlConnection connection, Batch batch, Batch.Status status, Instant now) {
        return batches.busy(connection, batch.id(), 1)
                .compose(busy -> busy == 0
                        ? batches.end(connection, batch.id(), status, now)
                        : batches.progress(connection, batch.id(), 0, now.plus(LOOK_FOR_END)))
                .map(done -> Done.with(batch));
    }

    private Future<Void> cancel(Done done, Instant now) {
        if (done.cancelled().isEmpty()) {
            return Future.succeededFuture();
        }
        String by = done.batch().flatMap(Batch::cancelledBy).orElse("");
        return changes.apply(done.cancelled().stream()
                        .map(found -> new CommandChanges.Change(
                                found.commandId(), found.deviceId(), new Signal.Cancelled(by, now)))
                        .toList())
                .mapEmpty();
    }

    @Override
    public void close() {
        rounds.close();
    }
}
