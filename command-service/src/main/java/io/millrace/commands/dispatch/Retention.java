package io.millrace.commands.dispatch;

import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.SweepStore;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Makes the history's partitions ahead and removes what is older than it is to be kept. Asynchronous; to be run at start and
 * every hour.
 */
public final class Retention {
    /** For readings that lagged in Kafka over midnight. */
    private static final int DAYS_BACK = 1;

    private static final int DAYS_AHEAD = 3;

    private final HistoryStore history;
    private final SweepStore commands;
    private final AlertStore alerts;
    private final Duration historyKept;
    private final Duration commandsKept;
    private final Clock clock;

    public Retention(
            HistoryStore history,
            SweepStore commands,
            AlertStore alerts,
            Duration historyKept,
            Duration commandsKept,
            Clock clock) {
        this.history = history;
        this.commands = commands;
        this.alerts = alerts;
        this.historyKept = historyKept;
        this.commandsKept = commandsKept;
        this.clock = clock;
    }

    public Future<Void> prepareDays() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Future<Void> done = Future.succeededFuture();
        for (int day = -DAYS_BACK; day <= DAYS_AHEAD; day++) {
            LocalDate date = today.plusDays(day);
            done = done.compose(before -> history.createDay(date));
        }
        return done;
    }

    public Future<Void> removeOld() {
        Instant now = clock.instant();
        Instant oldest = now.minus(historyKept);
        LocalDate oldestDay = LocalDate.ofInstant(oldest, ZoneOffset.UTC);
        return history.days()
                .compose(days -> dropAll(
                        days.stream().filter(day -> day.isBefore(oldestDay)).toList()))
                .compose(done -> history.deleteOthersBefore(oldest))
                .compose(done -> alerts.deleteOld(now.minus(commandsKept)))
                .compose(done -> removeOldCommands(now.minus(commandsKept)));
    }

    private Future<Void> dropAll(List<LocalDate> days) {
        Future<Void> done = Future.succeededFuture();
        for (LocalDate day : days) {
            done = done.compose(before -> history.dropDay(day));
        }
        return done;
    }

    private Future<Void> removeOldCommands(Instant before) {
        return commands.deleteOld(before)
                .compose(removed -> removed == 0 ? Future.succeededFuture() : removeOldCommands(before));
    }
}
