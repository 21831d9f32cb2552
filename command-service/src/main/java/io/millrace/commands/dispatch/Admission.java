package io.millrace.commands.dispatch;

import io.millrace.commands.store.AcceptStore;
import io.millrace.commands.store.Command;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.NewCommand;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for commands that come one at a time, as over REST. Whoever finds nobody before him goes through at once; those that come while a
 * statement is under way go together with the next one, in their order. So a lone command waits for nobody, and many share what a statement, a
 * commit and a wait for the disk cost. Any thread.
 */
public final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    /** How many wait at most: some seconds' worth. Beyond it {@link #isFull}. */
    static final int MOST_WAITING = 20_000;

    private static final int MOST_TOGETHER = 500;

    private final Inserting inserting;
    private final Telling telling;
    private final Clock clock;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private boolean underWay;

    /** As {@link AcceptStore#accept}. */
    interface Inserting {
        Future<List<AcceptStore.Accepted>> accept(List<NewCommand> commands, Instant received);
    }

    /** As {@link Dispatcher#accepted}. */
    interface Telling {
        Future<Void> accepted(int given, List<AcceptStore.Accepted> accepted, Instant received);
    }

    public Admission(AcceptStore acceptance, Dispatcher dispatcher, Clock clock) {
        this(acceptance::accept, dispatcher::accepted, clock);
    }

    Admission(Inserting inserting, Telling telling, Clock clock) {
        this.inserting = inserting;
        this.telling = telling;
        this.clock = clock;
    }

    private record Waiting(NewCommand command, Promise<Optional<Command.Change>> done) {
        String id() {
            return command.request().commandId();
        }
    }

    /** More come than the database takes: they had better come back later. */
    public synchronized boolean isFull() {
        return waiting.size() >= MOST_WAITING;
    }

    /** Completes when the command is on disk, with what became of it; empty if its id or its idempotency key was there already. */
    public Future<Optional<Command.Change>> accept(NewCommand command) {
        Promise<Optional<Command.Change>> done = Promise.promise();
        synchronized (this) {
            waiting.add(new Waiting(command, done));
        }
        next();
        return done.future();
    }

    private void next() {
        List<Waiting> together = new ArrayList<>();
        synchronized (this) {
            if (underWay || waiting.isEmpty()) {
                return;
            }
            underWay = true;
            while (!waiting.isEmpty() && together.size() < MOST_TOGETHER) {
                together.add(waiting.remove());
            }
        }
        accept(together).onComplete(over -> {
            synchronized (this) {
                underWay = false;
            }
            next();
        });
    }

    /** Completes when the statement is over; those that were accepted learn it when the disk has them. */
    private Future<Void> accept(List<Waiting> together) {
        Instant received = clock.instant();
        return inserting
                .accept(together.stream().map(Waiting::command).toList(), received)
                .<Void>map(accepted -> {
                    telling.accepted(together.size(), accepted, received)
                            .onSuccess(onDisk -> succeed(together, accepted))
                            .onFailure(failure -> fail(together, failure));
                    return null;
                })
                .recover(failure -> {
                    if (together.size() == 1 || !Database.isBadData(failure)) {
                        fail(together, failure);
                        return Future.succeededFuture();
                    }
                    // One of them has what PostgreSQL does not take: the others are not to suffer for it.
                    int half = together.size() / 2;
                    return accept(together.subList(0, half))
                            .compose(done -> accept(together.subList(half, together.size())));
                });
    }

    private static void succeed(List<Waiting> together, List<AcceptStore.Accepted> accepted) {
        Map<String, Command.Change> changes = new HashMap<>();
        accepted.forEach(one -> changes.put(one.change().commandId(), one.change()));
        together.forEach(one -> tell(one, () -> one.done.complete(Optional.ofNullable(changes.get(one.id())))));
    }

    private static void fail(List<Waiting> together, Throwable failure) {
        together.forEach(one -> tell(one, () -> one.done.fail(failure)));
    }

    /** Whoever cannot bear his answer does not take theirs from those who wait behind him. */
    private static void tell(Waiting one, Runnable answer) {
        try {
            answer.run();
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("commandId", one.id()).log("the answer to a command failed by a bug");
        }
    }
}
