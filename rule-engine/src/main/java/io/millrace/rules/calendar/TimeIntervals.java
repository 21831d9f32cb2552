package io.millrace.rules.calendar;

import java.util.List;

/** Times that have a name in a rule file: any of the intervals. */
public record TimeIntervals(String name, List<TimeInterval> intervals) {

    public TimeIntervals {
        intervals = List.copyOf(intervals);
    }

    public boolean contains(long time) {
        return intervals.stream().anyMatch(interval -> interval.contains(time));
    }

    /** The first time after that one at which {@link #contains} may answer otherwise. */
    public long nextEdge(long time) {
        return intervals.stream()
                .mapToLong(interval -> interval.nextEdge(time))
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
