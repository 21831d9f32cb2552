package io.millrace.rules.language;

import io.millrace.rules.calendar.Span;
import io.millrace.rules.calendar.TimeInterval;
import io.millrace.rules.calendar.TimeIntervals;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** {@code time_intervals} of a file: Alertmanager's list of named times. */
final class TimeIntervalsReader {

    static final Set<String> NAMED = Set.of("name", "time_intervals");
    static final Set<String> WORDS = Set.of("times", "weekdays", "days_of_month", "months", "years", "location");
    static final Set<String> TIMES = Set.of("start_time", "end_time");
    private static final Pattern CLOCK = Pattern.compile("([01]\\d|2[0-4]):([0-5]\\d)");
    private static final int DAY = 24 * 60;

    private final Reading reading;
    private final Zones zones;

    TimeIntervalsReader(Reading reading) {
        this.reading = reading;
        zones = new Zones(reading);
    }

    Map<String, TimeIntervals> read(Entries.Entry entry) {
        Map<String, TimeIntervals> found = new LinkedHashMap<>();
        for (Node node : reading.list(entry)) {
            Entries words = reading.entries(node, entry.subject(), "a named time interval", NAMED, Set.of());
            Optional<String> name = words.get("name").flatMap(reading::name);
            if (node instanceof MappingNode && (!words.has("name") || !words.has("time_intervals"))) {
                reading.error(
                        node,
                        "E107",
                        entry.subject(),
                        "a named time interval without `" + (words.has("name") ? "time_intervals" : "name") + "`",
                        "it needs `name` and `time_intervals`");
            }
            List<TimeInterval> intervals = new ArrayList<>();
            words.get("time_intervals")
                    .ifPresent(list -> reading.list(list).forEach(item -> intervals.add(interval(item, list))));
            if (name.isPresent() && found.put(name.get(), new TimeIntervals(name.get(), intervals)) != null) {
                reading.error(words.require("name"), "E104", "the time interval is there twice", "");
            }
        }
        return found;
    }

    private TimeInterval interval(Node node, Entries.Entry list) {
        Entries words = reading.entries(node, list.subject(), "a time interval", WORDS, Set.of());
        return new TimeInterval(
                words.get("times").map(this::times).orElse(List.of()),
                spans(words, "weekdays", Ranges::weekday, "a weekday or a range of them, such as monday:friday"),
                spans(words, "days_of_month", Ranges::dayOfMonth, "1 to 31, or -1 for the last day, or a range: 1:7"),
                spans(words, "months", Ranges::month, "a month or a range of them, such as june:august or 6:8"),
                spans(words, "years", Ranges::year, "a year or a range of them, such as 2026:2028"),
                words.get("location")
                        .flatMap(zones::zone)
                        .map(ZoneId.class::cast)
                        .orElse(ZoneOffset.UTC));
    }

    private List<Span> spans(Entries words, String word, Function<String, Optional<Span>> parse, String help) {
        List<Span> spans = new ArrayList<>();
        words.get(word).ifPresent(entry -> {
            for (Node node : items(entry)) {
                reading.text(node, word, entry.subject()).ifPresent(text -> {
                    Optional<Span> span = parse.apply(text.text());
                    span.ifPresent(spans::add);
                    if (span.isEmpty()) {
                        reading.error(node, "E108", entry.subject(), "\"" + text.text() + "\" in `" + word + "`", help);
                    }
                });
            }
        });
        return spans;
    }

    private List<Span> times(Entries.Entry entry) {
        List<Span> spans = new ArrayList<>();
        for (Node node : reading.list(entry)) {
            Entries words = reading.entries(node, entry.subject(), "`times`", TIMES, Set.of());
            Optional<Integer> start = words.get("start_time").flatMap(this::clock);
            Optional<Integer> end = words.get("end_time").flatMap(this::clock);
            if (words.has("start_time") != words.has("end_time")) {
                reading.error(node, "E107", entry.subject(), "`times` needs `start_time` and `end_time`", "");
            } else if (start.isPresent() && end.isPresent() && start.get() >= end.get()) {
                reading.error(
                        words.require("end_time"),
                        "E108",
                        "`end_time` is not after `start_time`",
                        "over midnight make two of it: one until 24:00, one from 00:00");
            } else if (start.isPresent() && end.isPresent()) {
                spans.add(new Span(start.get(), end.get() - 1));
            }
        }
        return spans;
    }

    private Optional<Integer> clock(Entries.Entry entry) {
        String text = reading.text(entry).map(passage -> passage.text()).orElse("");
        Matcher clock = CLOCK.matcher(text);
        int minute = clock.matches() ? Integer.parseInt(clock.group(1)) * 60 + Integer.parseInt(clock.group(2)) : -1;
        if (minute < 0 || minute > DAY) {
            reading.error(
                    entry, "E108", "`" + entry.word() + "` is \"" + text + "\"", "write \"08:00\", up to \"24:00\"");
            return Optional.empty();
        }
        return Optional.of(minute);
    }

    private static List<Node> items(Entries.Entry entry) {
        return entry.value() instanceof SequenceNode sequence ? sequence.getValue() : List.of(entry.value());
    }
}
