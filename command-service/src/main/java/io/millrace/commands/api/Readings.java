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
 * A device's readings of a time, fetched in steps that are small where readings are large, so that no more than some MB are in memory for
 * a request. Each step is a statement of its own that goes on behind the last one's end: nothing in the database waits for a slow reader.
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
        return fill(new ArrayList<>(), 0, after, limit, FIRST_STEP);
    }

    private Future<Page> fill(List<Stored> rows, long characters, Optional<Position> after, int limit, int step) {
        int wanted = Math.min(step, limit - rows.size());
        return fetch(after, wanted).compose(found -> {
            rows.addAll(found);
            long sum = characters + characters(found);
            Optional<Position> next = found.size() < wanted ? Optional.empty() : end(found);
            return next.isEmpty() || rows.size() >= limit || sum >= PAGE_CHARACTERS
                    ? Future.succeededFuture(new Page(rows, next))
                    : fill(rows, sum, next, limit, step(found));
        });
    }

    /** Hands on step by step; the next one is fetched when the one before is done with. */
    Future<Void> each(Function<List<Stored>, Future<Void>> work) {
        return each(Optional.empty(), FIRST_STEP, work);
    }

    private Future<Void> each(Optional<Position> after, int step, Function<List<Stored>, Future<Void>> work) {
        return fetch(after, step).compose(found -> {
            Future<Void> done = found.isEmpty() ? Future.succeededFuture() : work.apply(found);
            return found.size() < step ? done : done.compose(worked -> each(end(found), step(found), work));
        });
    }

    private Future<List<Stored>> fetch(Optional<Position> after, int limit) {
        return history.range(device, range.from(), range.to(), newestFirst, after, limit);
    }

    private static Optional<Position> end(List<Stored> rows) {
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(rows.get(rows.size() - 1).position());
    }

    private static long characters(List<Stored> rows) {
        return rows.stream().mapToLong(Stored::length).sum();
    }

    private static int step(List<Stored> rows) {
        long each = Math.max(1, characters(rows) / rows.size());
        return (int) Math.max(1, Math.min(LONGEST_STEP, STEP_CHARACTERS / each));
    }
}
