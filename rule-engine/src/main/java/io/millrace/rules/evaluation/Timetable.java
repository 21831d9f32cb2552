package io.millrace.rules.evaluation;

import io.millrace.rules.calendar.Schedule;
import io.millrace.rules.calendar.TimeIntervals;
import io.millrace.rules.model.Hours;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When one rule is at work. Calendars are slow and all devices ask for about the same time, so the last answer is kept for as
 * long as it holds. Of its task's thread.
 */
final class Timetable {

    private final @Nullable Schedule schedule;
    private final List<TimeIntervals> active;
    private final List<TimeIntervals> mute;

    /** The answers below hold from {@link #from} on and before {@link #edge}. */
    private long from = Long.MAX_VALUE;

    private long edge = Long.MIN_VALUE;
    private boolean isActive;
    private boolean isMuted;

    /** {@link #run} is the next one for all times from {@link #asked} on and before it. */
    private long asked = Long.MAX_VALUE;

    private long run = Long.MIN_VALUE;

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
        turnTo(time);
        return isActive;
    }

    boolean muted(long time) {
        turnTo(time);
        return isMuted;
    }

    /** When the rule must be looked at next, whatever its devices send: its schedule's time, or an edge of an interval. */
    long next(long time) {
        if (schedule == null) {
            turnTo(time);
            return edge;
        }
        if (time < asked || time >= run) {
            asked = time;
            run = schedule.next(time);
        }
        return run;
    }

    private void turnTo(long time) {
        if (time >= from && time < edge) {
            return;
        }
        from = time;
        isActive = active.isEmpty() || contains(active, time);
        isMuted = contains(mute, time);
        edge = Math.min(nextEdge(active, time), nextEdge(mute, time));
    }

    private static boolean contains(List<TimeIntervals> intervals, long time) {
        return intervals.stream().anyMatch(named -> named.contains(time));
    }

    private static long nextEdge(List<TimeIntervals> intervals, long time) {
        return intervals.stream().mapToLong(named -> named.nextEdge(time)).min().orElse(DeviceState.UNSCHEDULED);
    }
}
