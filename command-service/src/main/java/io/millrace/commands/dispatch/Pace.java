package io.millrace.commands.dispatch;

import io.millrace.commands.store.Batch;
import java.time.Duration;
import java.time.Instant;

/**
 * How many commands of a batch may go now, and when the next. Pure.
 *
 * @param commands 0 if as many are under way as may be
 */
record Pace(int commands, Instant next) {
    /** In one step, so that no transaction is long. */
    static final int MOST = 500;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    /** What was missed while nobody looked is made up for, but not all at once. */
    private static final Duration MOST_MADE_UP = Duration.ofSeconds(1);

    /** @param busy how many are under way */
    static Pace of(Batch batch, int busy, Instant now) {
        int room = batch.inFlight().map(most -> most - busy).orElse(MOST);
        if (room <= 0) {
            return new Pace(0, now.plus(LOOK_AGAIN));
        }
        Instant earliest = now.minus(MOST_MADE_UP);
        Instant from = batch.nextAt().isBefore(earliest) ? earliest : batch.nextAt();
        long between = Duration.ofSeconds(1).toNanos() / batch.perSecond();
        long due = Math.max(0, Duration.between(from, now).toNanos()) / between + 1;
        int commands = (int) Math.min(Math.min(due, room), MOST);
        return new Pace(commands, from.plusNanos(commands * between));
    }
}
