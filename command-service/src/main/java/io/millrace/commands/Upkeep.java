package io.millrace.commands;

import io.millrace.runtime.ops.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service does for the database from time to time: asks whether it answers, removes what is old, keeps what the planner knows about
 * the tables fresh. On the event loop, until Vert.x closes; nothing blocks.
 */
final class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PING = Duration.ofSeconds(2);
    private static final Duration STATISTICS = Duration.ofSeconds(3);
    private static final Duration RETENTION = Duration.ofHours(1);

    private final Vertx vertx;
    private final Wiring wiring;
    private final Health.Check databaseAnswers;

    Upkeep(Vertx vertx, Wiring wiring, Health.Check databaseAnswers) {
        this.vertx = vertx;
        this.wiring = wiring;
        this.databaseAnswers = databaseAnswers;
    }

    void start() {
        var ping = vertx.setPeriodic(PING.toMillis(), timer -> ping());
        var retention = vertx.setPeriodic(1, RETENTION.toMillis(), timer -> removeOld());
        log.atDebug()
                .addKeyValue("ping", ping)
                .addKeyValue("retention", retention)
                .log("timers set");
        keepStatistics();
    }

    private void ping() {
        wiring.stores
                .database
                .ping()
                .onSuccess(done -> databaseAnswers.up())
                .onFailure(failure -> databaseAnswers.down("does not answer: " + failure.getMessage()));
    }

    private void removeOld() {
        Future<?> done = wiring.retention
                .prepareDays()
                .compose(prepared -> wiring.retention.removeOld())
                .compose(removed -> wiring.accessRetention.removeOld());
        done.onFailure(failure -> log.atWarn()
                .addKeyValue("reason", failure.toString())
                .log("old data not removed, trying again in an hour"));
    }

    /** Again a while after the last time has ended, however it ended. */
    private void keepStatistics() {
        wiring.stores
                .statistics
                .refresh()
                .onFailure(failure -> log.atDebug()
                        .addKeyValue("reason", failure.toString())
                        .log("tables not analysed, trying again"))
                .onComplete(done -> vertx.setTimer(STATISTICS.toMillis(), timer -> keepStatistics()));
    }
}
