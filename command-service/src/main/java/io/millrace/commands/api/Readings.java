package io.millrace.commands.api;

import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.HistoryStore.Position;
import io.millrace.commands.store.HistoryStore.Stored;
import io.millrace.schemas.DeviceId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A device's readings of a time, fetched in steps that end where readings are large, so that no more than some MB are in memory for a
 * request. Each step is a statement of its own that goes on behind the last one's end: nothing in the database waits for a slow reader.
 *
 * @param newestFirst else oldest first
 */
record Readings(HistoryStore history, DeviceId device, TimeRange range, boolean newestFirst) {
    private static final int FIRST_STEP = 100;
    private static final int LONGEST_STEP = 2_000;
    private static final int STEP_CHARACTERS = 1 << 20;
    private static final int PAGE_CHARACTERS = 8 << 20;

    /** @param next behind which reading to go on; empty at the end */
    record Page(List<Stored> rows, Optional<Position> next) {}

    /** At most {@code limit}, fewer where they are large. */
    Future<Page> page(Optional<Position> after, int limit) {
        Walk walk = new Walk(after);
        List<Stored> rows = new ArrayList<>();
        return Loop.whileTrue(() -> walk.next(limit - rows.size()).map(found -> {
                    rows.addAll(found);
                    return !walk.over && rows.size() < limit && characters(rows) < PAGE_CHARACTERS;
                }))
                .map(done -> new Page(rows, walk.over ? Optional.empty() : walk.after));
    }

    /** Hands on step by step; the next one is fetched when the one before is done with. */
    Future<Void> each(Function<List<Stored>, Future<Void>> work) {
        Walk walk = new Walk(Optional.empty());
        return Loop.whileTrue(() -> walk.next(LONGEST_STEP).compose(found -> {
            Future<Void> done = found.isEmpty() ? Future.succeededFuture() : work.apply(found);
            return done.map(worked -> !walk.over);
        }));
    }

    /** How far one has come; for one request. */
    private final class Walk {
        private Optional<Position> after;
        private int step = FIRST_STEP;
        private boolean over;

        Walk(Optional<Position> after) {
            this.after = after;
        }

        Future<List<Stored>> next(int most) {
            int wanted = Math.min(step, most);
            return history.range(device, range.from(), range.to(), newestFirst, after, wanted, STEP_CHARACTERS)
                    .map(found -> {
                        long characters = characters(found);
                        over = found.size() < wanted && characters < STEP_CHARACTERS;
                        if (!found.isEmpty()) {
                            after = Optional.of(found.get(found.size() - 1).position());
                            long each = Math.max(1, characters / found.size());
                            step = (int) Math.max(1, Math.min(LONGEST_STEP, STEP_CHARACTERS / each));
                        }
                        return found;
                    });
        }
    }

    private static long characters(List<Stored> rows) {
        return rows.stream().mapToLong(Stored::length).sum();
    }
}
