package io.millrace.rules.evaluation;

import io.millrace.rules.calendar.Schedule;
import io.millrace.rules.calendar.TimeIntervals;
import io.millrace.rules.model.Hours;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When one rule is at work. Calendars are slow and all devices ask for about the same times, before an edge and after it: the last
 * two answers are kept for as long as they hold. Of its task's thread.
 */
final class Timetable {

    /** An answer, from one time on and before another. */
    private static final class Page {
        long from = Long.MAX_VALUE;
        long edge = Long.MIN_VALUE;
        boolean active;
        boolean muted;

        boolean covers(long time) {
            return time >= from && time < edge;
        }
    }

    private final @Nullable Schedule schedule;
    private final List<TimeIntervals> active;
    private final List<TimeIntervals> mute;
    private Page intervals = new Page();
    private Page intervalsBefore = new Page();
    private Page runs = new Page();
    private Page runsBefore = new Page();

    private Timetable(Hours hours) {
        schedule = hours.schedule().orElse(null);
        active = hours.active();
        mute = hours.mute();
    }

    /** Null for a rule that is always at work. */
    static @Nullable Timetable of(Hours hours) {
        return hours.equals(Hours.ALWAYS) ? null : new Timetable(hours);
    }

    boolean isScheduled() {
        return schedule != null;
    }

    boolean canMute() {
        return !mute.isEmpty();
    }

    boolean active(long time) {
        return page(time).active;
    }

    boolean muted(long time) {
        return page(time).muted;
    }

    /** When the rule must be looked at next, whatever its devices send: its schedule's time, or an edge of an interval. */
    long next(long time) {
        return schedule == null ? page(time).edge : nextRun(schedule, time);
    }

    private long nextRun(Schedule schedule, long time) {
        if (runs.covers(time)) {
            return runs.edge;
        }
        if (runsBefore.covers(time)) {
            return runsBefore.edge;
        }
        long run = schedule.next(time);
        if (runs.edge == run || runsBefore.edge == run) {
            Page known = runs.edge == run ? runs : runsBefore;
            known.from = Math.min(known.from, time);
            return run;
        }
        runsBefore = runs;
        runs = new Page();
        runs.from = time;
        runs.edge = run;
        return run;
    }

    private Page page(long time) {
        if (intervals.covers(time)) {
            return intervals;
        }
        if (intervalsBefore.covers(time)) {
            return intervalsBefore;
        }
        long edge = Math.min(nextEdge(active, time), nextEdge(mute, time));
        if (intervals.edge == edge || intervalsBefore.edge == edge) {
            Page known = intervals.edge == edge ? intervals : intervalsBefore;
            known.from = Math.min(known.from, time);
            return known;
        }
        intervalsBefore = intervals;
        intervals = new Page();
        intervals.from = time;
        intervals.edge = edge;
        intervals.active = active.isEmpty() || contains(active, time);
        intervals.muted = contains(mute, time);
        return intervals;
    }

    private static boolean contains(List<TimeIntervals> intervals, long time) {
        return intervals.stream().anyMatch(named -> named.contains(time));
    }

    private static long nextEdge(List<TimeIntervals> intervals, long time) {
        return intervals.stream().mapToLong(named -> named.nextEdge(time)).min().orElse(DeviceState.UNSCHEDULED);
    }
}
