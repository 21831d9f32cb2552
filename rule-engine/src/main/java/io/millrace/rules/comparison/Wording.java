package io.millrace.rules.comparison;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A rule's condition, times and devices in the words of its file, complete with defaults. */
public final class Wording {

    private Wording() {}

    /** What makes it true, in one line. */
    public static String condition(Rule rule) {
        List<String> ways = new ArrayList<>();
        rule.trigger().expr().ifPresent(expr -> ways.add(line(expr)));
        rule.trigger().absentFor().ifPresent(silence -> ways.add("absent_for " + Durations.text(silence)));
        for (Level level : rule.trigger().levels()) {
            ways.add(level.severity().text() + ": " + line(level.expr()));
        }
        return String.join(rule.trigger().levels().isEmpty() ? " or " : "; ", ways);
    }

    private static String line(Condition condition) {
        return condition.text().strip().replaceAll("\\s+", " ");
    }

    public static String devices(Selection selection) {
        List<String> parts = new ArrayList<>();
        if (!selection.ids().isEmpty()) {
            parts.add(selection.ids().stream().map(glob -> glob.pattern()).collect(Collectors.joining(", ")));
        }
        selection.labels().forEach((name, values) -> parts.add(name + "=" + String.join("|", values)));
        selection.except().forEach(glob -> parts.add("not " + glob.pattern()));
        selection
                .within()
                .map(Wording::devices)
                .filter(outer -> !outer.equals("all"))
                .ifPresent(parts::add);
        return parts.isEmpty() ? "all" : String.join(" and ", parts);
    }

    /** Each word of the condition and the times that can be shown in one line, and its value; "-" where there is none. */
    public static Map<String, String> words(Rule rule) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("expr", condition(rule));
        words.put("resolve_expr", rule.trigger().resolve().map(Wording::line).orElse("-"));
        words.put("devices", devices(rule.devices()));
        words.put("for", Durations.text(rule.timing().holdFor()));
        words.put("for_samples", Integer.toString(rule.timing().forSamples()));
        words.put("keep_firing_for", Durations.text(rule.timing().keepFiringFor()));
        words.put("cooldown", Durations.text(rule.timing().cooldown()));
        words.put("repeat_interval", optional(rule.timing().repeatInterval()));
        words.put("stale_after", Durations.text(rule.timing().staleAfter()));
        words.put("max_age", Durations.text(rule.timing().maxAge()));
        return words;
    }

    private static String optional(Optional<Duration> duration) {
        return duration.map(Durations::text).orElse("-");
    }
}
