package io.millrace.commands.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Waits until all that was committed without waiting ({@code synchronous_commit = off}) is on disk. Those that ask while a wait is under way,
 * which may have begun before their commit, share the next one. Any thread.
 */
final class DiskWait {
    private final Database database;
    private boolean underWay;
    private @Nullable Promise<Void> next;

    DiskWait(Database database) {
        this.database = database;
    }

    /** Completes when all that was committed before is on disk. */
    Future<Void> forAll() {
        Promise<Void> mine;
        synchronized (this) {
            if (underWay) {
                if (next == null) {
                    next = Promise.promise();
                }
                return next.future();
            }
            underWay = true;
            mine = Promise.promise();
        }
        begin(mine);
        return mine.future();
    }

    private void begin(Promise<Void> waiting) {
        // A transaction that writes nothing would not wait; this one writes an empty message that nobody reads.
        database.query("select pg_logical_emit_message(true, 'millrace', '')")
                .<Void>mapEmpty()
                .onComplete(result -> {
                    Promise<Void> following;
                    synchronized (this) {
                        following = next;
                        next = null;
                        underWay = following != null;
                    }
                    if (following != null) {
                        begin(following);
                    }
                    waiting.handle(result);
                });
    }
}
