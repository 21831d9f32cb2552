package io.millrace.rules.language;

import io.millrace.rules.calendar.Schedule;
import io.millrace.rules.calendar.TimeIntervals;
import io.millrace.rules.model.Hours;
import io.millrace.runtime.config.Nearest;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** The words of a rule that say when it is at work. */
final class HoursReader {

    static final Set<String> WORDS = Set.of("schedule", "time_zone", "active_time_intervals", "mute_time_intervals");
    /** A schedule has no lasting state that these could be about. */
    static final Set<String> EXCLUDED = Set.of(
            "for",
            "for_samples",
            "resolve_expr",
            "keep_firing_for",
            "on_resolved",
            "repeat_interval",
            "trigger",
            "initial",
            "absent_for",
            "levels");

    private final Reading reading;
    private final Map<String, TimeIntervals> intervals;

    /** {@code intervals} are those of the file. */
    HoursReader(Reading reading, Map<String, TimeIntervals> intervals) {
        this.reading = reading;
        this.intervals = intervals;
    }

    /** {@code own} are the rule's words without the defaults. */
    Hours read(Entries all, Entries own) {
        Optional<ZoneId> zone = all.get("time_zone").flatMap(new Zones(reading)::zone);
        if (own.has("time_zone") && !all.has("schedule")) {
            reading.error(
                    own.require("time_zone").key(),
                    "E107",
                    own.require("time_zone").subject(),
                    "`time_zone` without `schedule`",
                    "time intervals have a `location` of their own");
        }
        return new Hours(
                all.get("schedule").flatMap(entry -> schedule(entry, zone.orElse(ZoneOffset.UTC))),
                all.get("active_time_intervals").map(this::named).orElse(List.of()),
                all.get("mute_time_intervals").map(this::named).orElse(List.of()));
    }

    private Optional<Schedule> schedule(Entries.Entry entry, ZoneId zone) {
        Optional<String> text = reading.text(entry).map(passage -> passage.text());
        try {
            return text.map(cron -> new Schedule(cron, zone));
        } catch (IllegalArgumentException refused) {
            reading.error(
                    entry,
                    "E111",
                    "\"" + text.orElse("") + "\" is no schedule: " + reason(refused),
                    "minute hour day-of-month month day-of-week, for example \"0 22 * * 1-5\"");
            return Optional.empty();
        }
    }

    private static String reason(IllegalArgumentException refused) {
        return String.valueOf(refused.getMessage()).replace("Failed to parse cron expression. ", "");
    }

    private List<TimeIntervals> named(Entries.Entry entry) {
        List<TimeIntervals> found = new ArrayList<>();
        for (Node node : reading.list(entry)) {
            reading.text(node, entry.word(), entry.subject()).ifPresent(passage -> {
                TimeIntervals known = intervals.get(passage.text());
                if (known == null) {
                    reading.error(
                            node,
                            "E111",
                            entry.subject(),
                            "no time interval is named \"" + passage.text() + "\"",
                            intervals.isEmpty()
                                    ? "name it in `time_intervals` of this file"
                                    : Nearest.help(passage.text(), intervals.keySet(), "Named here"));
                } else {
                    found.add(known);
                }
            });
        }
        return found;
    }

    /** What the hours add to the hash of a condition: the times themselves, wherever they are written. */
    static void digest(Hours hours, Digest condition) {
        hours.schedule().ifPresent(schedule -> condition.add(schedule.toString()));
        hours.active()
                .forEach(named -> condition.add("active").add(named.intervals().toString()));
        hours.mute()
                .forEach(named -> condition.add("mute").add(named.intervals().toString()));
    }
}
