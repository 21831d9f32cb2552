package io.millrace.commands.dispatch;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.life.CommandLife;
import io.millrace.commands.life.CommandState;
import io.millrace.commands.life.Signal;
import io.millrace.commands.life.Step;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.CommandStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.TimelineStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Carries signals to commands: in one transaction the commands are locked, {@link CommandLife} decides, and its steps are
 * written. After the commit the new status is told on {@code command-events}, and devices that have become free are sent
 * their next command. Any thread.
 */
public final class CommandChanges {
    private final Database database;
    private final CommandStore commands;
    private final TimelineStore timeline;
    private final SessionStore sessions;
    private final Dispatcher dispatcher;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public CommandChanges(
            Database database,
            CommandStore commands,
            TimelineStore timeline,
            SessionStore sessions,
            Dispatcher dispatcher,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.database = database;
        this.commands = commands;
        this.timeline = timeline;
        this.sessions = sessions;
        this.dispatcher = dispatcher;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** A signal for one command. */
    public record Change(String commandId, String deviceId, Optional<Integer> slot, Signal signal) {
        public Change(String commandId, String deviceId, Signal signal) {
            this(commandId, deviceId, Optional.empty(), signal);
        }
    }

    /** What came of a list of signals, collected while they are folded. */
    private static final class Outcome {
        private final List<CommandStore.Update> updates = new ArrayList<>();
        private final List<TimelineStore.Entry> entries = new ArrayList<>();
        private final List<SessionStore.Unready> unready = new ArrayList<>();
        private final List<Command.Change> changes = new ArrayList<>();
        private final Set<String> freedDevices = new HashSet<>();
        private final Set<String> freedCommands = new HashSet<>();
    }

    /**
     * Applies the signals in their order.
     *
     * @return the changes of status that they made
     */
    public Future<List<Command.Change>> apply(Collection<Change> changes) {
        return inTransaction(changes, connection -> {
            Future<Void> sessionsLocked = sessions.lock(connection, devices(changes));
            Future<Map<String, CommandStore.Locked>> locked = commands.lock(connection, ids(changes), true);
            return sessionsLocked.compose(done -> locked).compose(byId -> decideAndWrite(connection, byId, changes));
        });
    }

    /**
     * The same without waiting: what somebody else has in hand at this moment is left out, for whoever looks again. So sweepers of
     * several instances, which find the same, do not queue up behind each other.
     */
    public Future<List<Command.Change>> applyToFree(Collection<Change> changes) {
        return inTransaction(changes, connection -> sessions.lockFree(connection, devices(changes))
                .compose(busy -> {
                    List<Change> free = changes.stream()
                            .filter(change -> !busy.contains(change.deviceId()))
                            .toList();
                    return commands.lock(connection, ids(free), false).compose(byId -> {
                        List<Change> locked = free.stream()
                                .filter(change -> byId.containsKey(change.commandId()))
                                .toList();
                        return decideAndWrite(connection, byId, locked);
                    });
                }));
    }

    private Future<List<Command.Change>> inTransaction(
            Collection<Change> changes, Function<SqlConnection, Future<Outcome>> work) {
        if (changes.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return database.transaction(work).compose(outcome -> {
            outcome.changes.forEach(dispatcher::tell);
            return dispatcher.dispatchNext(outcome.freedDevices).map(outcome.changes);
        });
    }

    private static Set<String> devices(Collection<Change> changes) {
        return changes.stream().map(Change::deviceId).collect(Collectors.toSet());
    }

    private static Set<String> ids(Collection<Change> changes) {
        return changes.stream().map(Change::commandId).collect(Collectors.toSet());
    }

    private Future<Outcome> decideAndWrite(
            SqlConnection connection, Map<String, CommandStore.Locked> byId, Collection<Change> changes) {
        Outcome outcome = decide(byId, changes);
        return write(connection, outcome).map(outcome);
    }

    private Outcome decide(Map<String, CommandStore.Locked> byId, Collection<Change> changes) {
        Instant now = clock.instant();
        Outcome outcome = new Outcome();
        Map<String, CommandState> states = new HashMap<>();
        for (Change change : changes) {
            CommandStore.Locked command = byId.get(change.commandId());
            // A device may only speak of its own commands; an unknown id is one that we have long deleted.
            if (command == null || !command.deviceId().equals(change.deviceId())) {
                metrics.signalIgnored();
                continue;
            }
            CommandState state = states.getOrDefault(command.id(), command.state());
            Step step = CommandLife.next(state, change.signal(), now);
            states.put(command.id(), step.after());
            record(outcome, command, change, step, now);
        }
        return outcome;
    }

    private void record(Outcome outcome, CommandStore.Locked command, Change change, Step step, Instant now) {
        if (!step.noted()) {
            metrics.signalIgnored();
            return;
        }
        CommandState after = step.after();
        Signal signal = change.signal();
        outcome.updates.add(new CommandStore.Update(
                command.id(),
                after,
                step.changed(),
                step.reason(),
                signal instanceof Signal.Delivered d ? Optional.of(d.at()) : Optional.empty(),
                step.changed() && after.status().isFinal() ? Optional.of(now) : Optional.empty(),
                signal instanceof Signal.Responded r ? r.detail() : Optional.empty(),
                step.notBefore(),
                step.answerDue(now)));
        outcome.entries.add(new TimelineStore.Entry(
                command.id(),
                signal.at(),
                signal.word(),
                after.status(),
                attemptOf(signal, after),
                change.slot(),
                epochOf(signal, after),
                step.reason()));
        if (step.changed()) {
            outcome.changes.add(new Command.Change(
                    command.id(),
                    command.deviceId(),
                    now,
                    after.status(),
                    after.attempt(),
                    step.reason(),
                    command.acceptedAt()));
        }
        if (step.freesDevice()) {
            outcome.freedDevices.add(command.deviceId());
            outcome.freedCommands.add(command.id());
        }
        if (step.sessionUnready()) {
            outcome.unready.add(new SessionStore.Unready(command.deviceId(), after.epoch(), signal.at()));
        }
    }

    private static int attemptOf(Signal signal, CommandState after) {
        return signal instanceof Signal.Delivered d ? d.attempt() : after.attempt();
    }

    private static Optional<Long> epochOf(Signal signal, CommandState after) {
        long epoch = signal instanceof Signal.Delivered d ? d.epoch() : after.epoch();
        return epoch == CommandState.NO_EPOCH ? Optional.empty() : Optional.of(epoch);
    }

    private Future<Void> write(SqlConnection connection, Outcome outcome) {
        List<Future<Void>> writes = new ArrayList<>();
        if (!outcome.updates.isEmpty()) {
            writes.add(commands.update(connection, lastOfEach(outcome.updates)));
            writes.add(timeline.append(connection, outcome.entries));
        }
        if (!outcome.freedCommands.isEmpty()) {
            writes.add(sessions.release(connection, outcome.freedDevices, outcome.freedCommands));
        }
        if (!outcome.unready.isEmpty()) {
            writes.add(sessions.unready(connection, outcome.unready));
        }
        return Future.join(writes).mapEmpty();
    }

    /** An update statement takes one row a command: the later update wins, what only the earlier one had is kept. */
    private static Collection<CommandStore.Update> lastOfEach(List<CommandStore.Update> updates) {
        Map<String, CommandStore.Update> byId = new HashMap<>();
        updates.forEach(update -> byId.merge(
                update.id(),
                update,
                (earlier, later) -> new CommandStore.Update(
                        later.id(),
                        later.state(),
                        earlier.changed() || later.changed(),
                        later.changed() ? later.reason() : earlier.reason(),
                        earlier.delivered().or(later::delivered),
                        earlier.finished().or(later::finished),
                        earlier.result().or(later::result),
                        later.changed() ? later.notBefore() : earlier.notBefore(),
                        later.changed() ? later.answerDue() : earlier.answerDue())));
        return byId.values();
    }
}
