package io.millrace.commands.dispatch;

import io.millrace.commands.CommandServiceConfig.HistoryConfig;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.HistoryLayoutStore;
import io.millrace.commands.store.SweepStore;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Makes the history's partitions ahead and removes what is older than it is to be kept. Asynchronous; to be run at start and
 * every hour.
 */
public final class Retention {
    /** For readings that lagged in Kafka over midnight. */
    private static final Duration LAG = Duration.ofDays(1);
    /** Under it a day too much would be half of it and more. */
    private static final Duration WHOLE_DAYS_FROM = Duration.ofDays(2);

    private static final int DAYS_AHEAD = 3;

    private final HistoryLayoutStore history;
    private final SweepStore commands;
    private final AlertStore alerts;
    private final HistoryConfig historyConfig;
    private final Duration commandsKept;
    private final Clock clock;

    public Retention(
            HistoryLayoutStore history,
            SweepStore commands,
            AlertStore alerts,
            HistoryConfig historyConfig,
            Duration commandsKept,
            Clock clock) {
        this.history = history;
        this.commands = commands;
        this.alerts = alerts;
        this.historyConfig = historyConfig;
        this.commandsKept = commandsKept;
        this.clock = clock;
    }

    public Future<Void> prepareDays() {
        Instant now = clock.instant();
        Instant first = now.minus(historyConfig.backlog(LAG));
        return history.find().compose(layout -> layout.prepare(day(first), day(now).plusDays(DAYS_AHEAD)));
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    public Future<Void> removeOld() {
        Instant now = clock.instant();
        Duration kept = historyConfig.retention();
        return history.find()
                .compose(layout -> layout.removeBefore(now.minus(kept), kept.compareTo(WHOLE_DAYS_FROM) < 0)
                        .compose(done -> layout.removeAfter(now.plus(kept))))
                .compose(done -> alerts.deleteOld(now.minus(commandsKept)))
                .compose(done -> removeOldCommands(now.minus(commandsKept)));
    }

    private Future<Void> removeOldCommands(Instant before) {
        return commands.deleteOld(before)
                .compose(removed -> removed == 0 ? Future.succeededFuture() : removeOldCommands(before));
    }
}
