package io.millrace.rules.cli;

import io.millrace.rules.comparison.Wording;
import io.millrace.rules.evaluation.Explanation;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.explain.WhyNot;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** An explanation in words; times in UTC, those of the day asked about without their date. */
final class ExplainReport {

    private final Explanation of;
    private final Rule rule;

    ExplainReport(Explanation explanation) {
        of = explanation;
        rule = explanation.rule();
    }

    String text(List<String> history) {
        StringBuilder text = new StringBuilder(headline()).append('\n');
        Columns columns = new Columns();
        for (Explanation.Asked asked : of.conditions()) {
            rows(asked, columns);
        }
        if (!rule.timing().holdFor().isZero()) {
            String held = of.phase() == Phase.PENDING && of.since().isPresent()
                    ? seconds(of.at() - of.since().getAsLong())
                            + " of "
                            + seconds(rule.timing().holdFor().toMillis())
                    : "";
            columns.add("  for " + Durations.text(rule.timing().holdFor()), held, "");
        }
        if (rule.timing().forSamples() > 1) {
            columns.add("  for_samples", of.samples() + " of " + rule.timing().forSamples(), "");
        }
        rule.trigger()
                .absentFor()
                .ifPresent(silence -> columns.add(
                        "  absent_for " + Durations.text(silence),
                        of.lastSeen().isEmpty()
                                ? "never heard of"
                                : "silent for "
                                        + seconds(of.at() - of.lastSeen().getAsLong()),
                        ""));
        columns.add(
                "  selected by",
                (Wording.devices(rule.devices()).equals("all") ? "all devices" : Wording.devices(rule.devices()))
                        + ", rollout " + rule.operation().rollout() + (of.selected() ? "" : ": not this one"),
                "");
        columns.add("  cooldown", cooldown(), "");
        columns.add("  target", target(), "");
        text.append(columns);
        String indent = " ".repeat("  history  ".length());
        text.append("  history  ")
                .append(
                        history.isEmpty()
                                ? "nothing since the recording began"
                                : history.stream().map(this::shortened).collect(Collectors.joining("\n" + indent)));
        return text.toString();
    }

    private String headline() {
        String where = "%s on %s at %s: ".formatted(rule.id().name(), of.device(), clock(of.at()));
        if (!of.selected()) {
            return where + (rule.operation().enabled() ? "not in force for this device" : "disabled");
        }
        String level = of.level().map(word -> " (" + word + ")").orElse("");
        return where
                + of.phase().text()
                + level
                + switch (of.phase()) {
                    case INACTIVE -> "";
                    case PENDING -> since(of.since()) + pendingUntil();
                    case FIRING -> since(of.startsAt());
                    case CLOSING ->
                        since(of.startsAt()) + ", ends at "
                                + clock(of.since().orElse(of.at())
                                        + rule.timing().keepFiringFor().toMillis())
                                + " unless it becomes true again";
                };
    }

    private String since(OptionalLong time) {
        return time.isPresent() ? " since " + clock(time.getAsLong()) : "";
    }

    private String pendingUntil() {
        if (of.samples() < rule.timing().forSamples()) {
            return ", fires with message " + rule.timing().forSamples() + " in a row for which it is true";
        }
        long due = of.since().orElse(of.at()) + rule.timing().holdFor().toMillis();
        return ", fires at " + clock(due) + " if it stays true";
    }

    private void rows(Explanation.Asked asked, Columns columns) {
        String prefix = asked.word().equals("expr") ? "" : asked.word() + ": ";
        String values = asked.values().stream().map(this::value).collect(Collectors.joining(", ", "(", ")"));
        boolean first = true;
        for (Explanation.Part part : asked.parts()) {
            columns.add(
                    "  " + prefix + part.text(),
                    part.shown() + " = " + word(part.result()),
                    first && asked.values().size() > 0 ? values : "");
            first = false;
        }
        if (asked.parts().size() != 1) {
            columns.add(
                    "  " + prefix + "all of it",
                    word(asked.result()),
                    first && !asked.values().isEmpty() ? values : "");
        }
    }

    private String value(Explanation.Value value) {
        String stale = value.stale() ? ", stale" : "";
        return value.field() + " " + value.value()
                + (value.time().isPresent() ? " from " + clock(value.time().getAsLong()) + stale : "");
    }

    private static String word(int result) {
        return switch (result) {
            case BooleanExpression.TRUE -> "true";
            case BooleanExpression.FALSE -> "false";
            default -> "unknown";
        };
    }

    private String cooldown() {
        Duration cooldown = rule.timing().cooldown();
        if (cooldown.isZero()) {
            return "none";
        }
        long left = of.lastActed().isEmpty() ? 0 : of.lastActed().getAsLong() + cooldown.toMillis() - of.at();
        return Durations.text(cooldown) + (left > 0 ? ", " + seconds(left) + " left" : ", over");
    }

    private String target() {
        return rule.conduct()
                .target()
                .map(target -> target + ", priority " + rule.conduct().priority())
                .orElse("none");
    }

    /** Which piece of the conditions kept it from firing, and for how much of the time. */
    String whyNot(WhyNot why) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s on %s fired %.1f %% of %s up to %s%n",
                rule.id().name(),
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

    private String clock(long time) {
        Instant instant = Instant.ofEpochMilli(time);
        return shortened(instant.toString());
    }

    /** Without the date where it is that of the moment asked about. */
    private String shortened(String line) {
        String day = Instant.ofEpochMilli(of.at()).atOffset(ZoneOffset.UTC).toLocalDate() + "T";
        return line.startsWith(day) ? line.substring(day.length()).replaceFirst("Z", "") : line;
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000.0 + " s";
    }
}
