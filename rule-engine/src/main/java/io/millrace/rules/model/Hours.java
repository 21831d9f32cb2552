package io.millrace.rules.model;

import io.millrace.rules.calendar.Schedule;
import io.millrace.rules.calendar.TimeIntervals;
import java.util.List;
import java.util.Optional;

/**
 * When a rule is at work.
 *
 * @param schedule the times at which it is evaluated; empty = on messages
 * @param active outside of these it is inactive; empty = always at work
 * @param mute within these its actions and events are withheld
 */
public record Hours(Optional<Schedule> schedule, List<TimeIntervals> active, List<TimeIntervals> mute) {

    public static final Hours ALWAYS = new Hours(Optional.empty(), List.of(), List.of());

    public Hours {
        active = List.copyOf(active);
        mute = List.copyOf(mute);
    }
}
