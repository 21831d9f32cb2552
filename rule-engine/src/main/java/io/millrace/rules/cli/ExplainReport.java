package io.millrace.rules.cli;

import io.millrace.rules.explain.WhyNot;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.expression.Numbers;
import io.millrace.schemas.RuleExplanation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** An explanation in words, of a recording and of a running engine alike; times in UTC, those of the day asked about without their date. */
final class ExplainReport {

    private final RuleExplanation of;

    ExplainReport(RuleExplanation explanation) {
        of = explanation;
    }

    /** @param unusable readings of a recording */
    String text(List<String> unusable) {
        Columns columns = new Columns();
        for (RuleExplanation.Condition condition : of.conditions()) {
            rows(condition, columns);
        }
        of.holds().forEach(hold -> columns.add("  " + hold.what(), held(hold)));
        columns.add(
                "  selected by",
                (of.selection().equals("all") ? "all devices" : of.selection()) + ", rollout " + of.rollout()
                        + (of.selected() ? "" : ": not this one"),
                "");
        columns.add("  cooldown", cooldown() + "      budget " + budget() + "      target " + target());
        columns.add("  next deadline", of.nextDeadline().map(this::clock).orElse("none"));
        list("last actions", of.actions().stream().map(this::line).toList(), columns);
        list("last transitions", of.transitions().stream().map(this::line).toList(), columns);
        columns.add("  last error", of.lastError().map(this::line).orElse("none"));
        if (!unusable.isEmpty()) {
            list("unusable readings", unusable.stream().map(this::shortened).toList(), columns);
        }
        return headline() + "\n" + columns;
    }

    private static void list(String name, List<String> lines, Columns columns) {
        if (lines.isEmpty()) {
            columns.add("  " + name, "none");
        }
        for (int i = 0; i < lines.size(); i++) {
            columns.add(i == 0 ? "  " + name : "", lines.get(i));
        }
    }

    private String headline() {
        String where = "%s on %s at %s: ".formatted(of.name(), of.device(), clock(of.at()));
        if (!of.selected()) {
            return where + (of.enabled() ? "not in force for this device" : "disabled");
        }
        String level = of.level().map(word -> " (" + word + ")").orElse("");
        return where
                + of.state()
                + level
                + switch (of.state()) {
                    case "pending" ->
                        since(of.since())
                                + of.due()
                                        .map(due -> ", fires at " + clock(due) + " if it stays true")
                                        .orElse("");
                    case "firing" -> since(of.startsAt());
                    case "closing" ->
                        since(of.startsAt())
                                + of.due()
                                        .map(due -> ", ends at " + clock(due) + " unless it becomes true again")
                                        .orElse("");
                    default -> "";
                };
    }

    private String since(Optional<Instant> time) {
        return time.map(at -> " since " + clock(at)).orElse("");
    }

    private void rows(RuleExplanation.Condition condition, Columns columns) {
        String prefix = condition.field().equals("expr") ? "" : condition.field() + ": ";
        String values = condition.values().isEmpty()
                ? ""
                : condition.values().stream().map(this::value).collect(Collectors.joining(", ", "(", ")"));
        boolean first = true;
        for (RuleExplanation.Part part : condition.parts()) {
            columns.add("  " + prefix + part.text(), part.shown() + " = " + part.result(), first ? values : "");
            first = false;
        }
        if (condition.parts().size() != 1) {
            columns.add("  " + prefix + "all of it", condition.result(), first ? values : "");
        }
        condition.error().ifPresent(error -> columns.add("", error, ""));
    }

    private String value(RuleExplanation.Value value) {
        return value.field() + " " + value.value()
                + value.time().map(time -> " from " + clock(time)).orElse("")
                + (value.stale() ? ", stale" : "")
                + value.message().map(message -> ", offset " + message).orElse("");
    }

    private String held(RuleExplanation.Hold hold) {
        if (hold.what().startsWith("absent_for")) {
            return of.lastSeen().isEmpty() ? "never heard of" : "silent for " + number(hold.has()) + " s";
        }
        boolean idle = hold.has() == 0 && !of.state().equals("pending");
        return idle
                ? ""
                : number(hold.has()) + " " + (hold.unit().equals("s") ? "s " : "") + "of " + number(hold.needs())
                        + (hold.unit().equals("s") ? " s" : "");
    }

    private String cooldown() {
        if (of.cooldown().duration().equals("0s")) {
            return "none";
        }
        double left = of.cooldown().leftSeconds();
        return of.cooldown().duration() + (left > 0 ? ", " + number(left) + " s left" : ", over");
    }

    private String budget() {
        return of.budget().limit()
                + (of.budget().tripped() ? ": tripped" : ": " + of.budget().left() + " left");
    }

    private String target() {
        return of.target()
                .map(target -> target.name() + ", priority " + target.priority())
                .orElse("none");
    }

    private String line(RuleExplanation.Act act) {
        return clock(act.time()) + " " + act.what() + " " + act.outcome()
                + (act.times() > 1 ? ", " + act.times() + " times" : "") + " (" + shortened(act.cause()) + ")";
    }

    private String line(RuleExplanation.Transition transition) {
        return clock(transition.time()) + " " + transition.from() + " -> " + transition.to()
                + transition.level().map(level -> " (" + level + ")").orElse("") + " (" + shortened(transition.cause())
                + ")";
    }

    private String line(io.millrace.schemas.RuleError error) {
        return clock(error.time()) + " `" + error.part() + "` has no result: " + error.values() + " ("
                + shortened(error.cause()) + ")";
    }

    /** Which piece of the conditions kept it from firing, and for how much of the time. */
    String whyNot(WhyNot why) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s on %s fired %.1f %% of %s up to %s%n",
                of.name(),
                of.device(),
                why.firingShare() * 100,
                Durations.text(Duration.ofSeconds(why.millis() / 1000)),
                clock(of.at())));
        Columns columns = new Columns();
        why.pieces()
                .forEach((piece, times) -> columns.add(
                        "  " + piece,
                        String.format(Locale.ROOT, "false %.1f %%", times.falseShare() * 100),
                        String.format(Locale.ROOT, "unknown %.1f %%", times.unknownShare() * 100),
                        "(last " + times.last() + ")"));
        return text.append(columns).toString();
    }

    private static String number(double number) {
        return Numbers.text(number);
    }

    private String clock(Instant time) {
        return shortened(time.toString());
    }

    /** Without the date where it is that of the moment asked about. */
    private String shortened(String line) {
        String day = of.at().atOffset(ZoneOffset.UTC).toLocalDate() + "T";
        return line.contains(day) ? line.replace(day, "").replaceFirst("Z$", "") : line;
    }
}
