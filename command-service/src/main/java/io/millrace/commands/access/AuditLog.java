package io.millrace.commands.access;

import io.millrace.commands.store.AuditStore;
import io.millrace.commands.store.AuditStore.Entry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has changed what. A change is entered before it is made, so that none goes unrecorded, and its outcome after. Refusals are entered too,
 * but strangers must not fill the disk: beyond {@value #REFUSALS_EACH_MINUTE} a minute in this process they are counted, and entered as one.
 * Any thread.
 */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
    private static final int REFUSALS_EACH_MINUTE = 60;
    private static final int FORBIDDEN = 403;

    private final Vertx vertx;
    private final AuditStore store;
    private final Clock clock;
    private final Duration minute;
    private int refusals;
    private boolean counting;

    /** @param minute how long refusals are counted together */
    public AuditLog(Vertx vertx, AuditStore store, Clock clock, Duration minute) {
        this.minute = minute;
        this.vertx = vertx;
        this.store = store;
        this.clock = clock;
    }

    /** From where a request comes, and its id in headers and logs. */
    public record Origin(String requestId, String address) {}

    public Entry entry(Optional<Principal> who, Origin origin, String operation, String target) {
        return new Entry(
                clock.instant(),
                origin.requestId(),
                who.map(principal -> principal.kind().text()).orElse("nobody"),
                who.map(Principal::name),
                who.map(principal -> principal.role().text()),
                origin.address(),
                operation,
                target);
    }

    /** Something that the process itself does, as its configuration says. */
    public Future<Void> bySystem(String operation, String target) {
        return store.append(
                        new Entry(
                                clock.instant(),
                                "start",
                                "system",
                                Optional.empty(),
                                Optional.empty(),
                                "local",
                                operation,
                                target),
                        Optional.of(200),
                        1)
                .mapEmpty();
    }

    /** Before the change is made: who calls waits for it. */
    public Future<Long> begin(Entry entry) {
        return store.append(entry, Optional.empty(), 1);
    }

    /** Never fails: the change is made. */
    public Future<Void> finish(long n, int status, Optional<String> target) {
        return store.finish(n, status, target).otherwise(failure -> {
            log.atWarn()
                    .addKeyValue("entry", n)
                    .addKeyValue("status", status)
                    .addKeyValue("reason", failure.toString())
                    .log("outcome of a change not in the audit log");
            return null;
        });
    }

    /** Of something that is over. Never fails. */
    public Future<Void> done(Entry entry, int status) {
        return write(entry, status, 1);
    }

    /** Somebody may not, or is not who he says. Never fails. */
    public Future<Void> refused(Entry entry, int status) {
        return takesOne() ? write(entry, status, 1) : Future.succeededFuture();
    }

    private Future<Void> write(Entry entry, int status, int count) {
        return store.append(entry, Optional.of(status), count)
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("operation", entry.operation())
                        .addKeyValue("status", status)
                        .addKeyValue("reason", failure.toString())
                        .log("not in the audit log"))
                .otherwise(0L)
                .mapEmpty();
    }

    private synchronized boolean takesOne() {
        if (!counting) {
            counting = true;
            vertx.setTimer(minute.toMillis(), over -> sumUp());
        }
        return ++refusals <= REFUSALS_EACH_MINUTE;
    }

    private synchronized void sumUp() {
        int more = refusals - REFUSALS_EACH_MINUTE;
        refusals = 0;
        counting = false;
        if (more > 0) {
            Origin many = new Origin("many", "many");
            var unused = write(entry(Optional.empty(), many, "refused", ""), FORBIDDEN, more);
        }
    }

    /** Removes what is older, some at a time. */
    public Future<Void> removeOld(Instant before) {
        return store.deleteOld(before).compose(removed -> removed == 0 ? Future.succeededFuture() : removeOld(before));
    }
}
