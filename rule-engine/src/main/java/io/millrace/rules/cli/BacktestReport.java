package io.millrace.rules.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.backtest.Findings;
import io.millrace.rules.backtest.Findings.Comparison;
import io.millrace.rules.backtest.Findings.Relation;
import io.millrace.rules.backtest.Findings.RuleFindings;
import io.millrace.rules.backtest.Findings.Storm;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Rate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What a back-test found, for people and for programs. */
final class BacktestReport {

    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final Findings findings;
    private final int threads;
    private final double seconds;
    private final Optional<String> other;

    /** @param other what the rules were compared with */
    BacktestReport(Findings findings, int threads, double seconds, Optional<String> other) {
        this.findings = findings;
        this.threads = threads;
        this.seconds = seconds;
        this.other = other;
    }

    String text() {
        StringBuilder text = new StringBuilder(headline()).append('\n');
        Columns columns = new Columns(1, 2, 3);
        String versus =
                other.map(name -> "vs " + name.replaceFirst("^git:", "")).orElse("");
        columns.add("rule", "fired", "devices", "commands", "median", "p99", versus);
        for (RuleFindings rule : findings.rules()) {
            String notes = notes(rule);
            columns.add(
                    rule.id().name(),
                    number(rule.fired()),
                    number(rule.devices()),
                    rule.commands() == 0 ? "-" : number(rule.commands()),
                    length(rule.median()),
                    length(rule.p99()),
                    (comparison(rule.comparison()) + "  " + notes).strip());
        }
        text.append(columns);
        text.append(storm());
        return text.append(warnings()).toString();
    }

    private String headline() {
        return String.format(
                Locale.ROOT,
                "%s, %s, %s messages, %.1f s on %s (%s messages/s)",
                span(findings.span().toMillis()),
                counted(findings.devices(), "device"),
                large(findings.messages()),
                seconds,
                counted(threads, "thread"),
                large((long) (findings.messages() / Math.max(seconds, 1e-3))));
    }

    /** The rule that came nearest to its fleet brake; without any that has one, the one that met most devices at once. */
    private String storm() {
        return findings.rules().stream()
                .filter(rule -> rule.storm().most() > 0 && rule.comparison().relation() != Relation.GONE)
                .max(Comparator.comparingDouble(rule -> rule.storm().brake().isPresent()
                        ? 1
                                + (double) rule.storm().most()
                                        / rule.storm().brake().getAsInt()
                        : 1 - 1.0 / rule.storm().most()))
                .map(rule -> "storm: max " + counted(rule.storm().most(), "device") + " in one minute, "
                        + rule.id().name()
                        + (rule.storm().brake().isPresent()
                                ? " (FleetBrake at "
                                        + number(rule.storm().brake().getAsInt()) + ")"
                                : " (sends nothing)")
                        + "\n")
                .orElse("");
    }

    private static String notes(RuleFindings rule) {
        List<String> notes = new ArrayList<>();
        Storm storm = rule.storm();
        if (storm.tripped() > 0) {
            notes.add("limit " + rate(storm.perDevice()) + " would have tripped " + counted(storm.tripped(), "device"));
        }
        storm.perRule()
                .filter(limit -> storm.beyond() > 0)
                .ifPresent(limit -> notes.add(
                        "limit " + rate(limit) + " would have withheld " + counted(storm.beyond(), "command")));
        storm.brakedAt()
                .ifPresent(time -> notes.add("FleetBrake would have held it from " + Instant.ofEpochMilli(time)
                        + " on (" + number(storm.most()) + " devices at once)"));
        rule.withheld().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> notes.add(number(entry.getValue()) + " " + entry.getKey()));
        if (rule.stillFiring() > 0) {
            notes.add(number(rule.stillFiring()) + " still firing");
        }
        return String.join(", ", notes);
    }

    private static String rate(Rate rate) {
        return rate.most() + "/" + Durations.text(rate.window());
    }

    private static String comparison(Comparison comparison) {
        return switch (comparison.relation()) {
            case ALONE -> "";
            case UNCHANGED -> "unchanged";
            case NEW -> "NEW";
            case GONE -> "GONE";
            case CHANGED -> {
                List<String> parts = new ArrayList<>();
                parts.add(
                        comparison.fired() == 0
                                ? "other times"
                                : String.format(Locale.ROOT, "%+,d fired", comparison.fired()));
                if (comparison.newDevices() > 0) {
                    parts.add(number(comparison.newDevices()) + " new devices");
                }
                if (comparison.lostDevices() > 0) {
                    parts.add(number(comparison.lostDevices()) + " devices less");
                }
                yield String.join(", ", parts);
            }
        };
    }

    private String warnings() {
        List<RuleFindings> own = findings.rules().stream()
                .filter(rule -> rule.comparison().relation() != Relation.GONE)
                .toList();
        String unknown = own.stream()
                .filter(rule -> rule.unknown() >= 0.001)
                .map(rule -> String.format(
                        Locale.ROOT,
                        "%s %.1f %%%s",
                        rule.id().name(),
                        rule.unknown() * 100,
                        rule.fields().size() == 1 ? " (" + rule.fields().get(0) + " missing)" : ""))
                .collect(Collectors.joining(", "));
        String flapping = own.stream()
                .filter(rule -> rule.flapping() > 0)
                .map(rule -> rule.id().name() + " on " + counted(rule.flapping(), "device")
                        + rule.calming().map(end -> ", suggest " + end).orElse(""))
                .collect(Collectors.joining("; "));
        StringBuilder text = new StringBuilder("unknown: ").append(unknown.isEmpty() ? "none" : unknown);
        String errors = own.stream()
                .filter(rule -> rule.errors() > 0)
                .map(rule -> rule.id().name() + " " + number(rule.errors()))
                .collect(Collectors.joining(", "));
        text.append("   errors: ").append(errors.isEmpty() ? "0" : errors);
        text.append("   rejected: ").append(number(findings.rejected()));
        text.append("   flapping (> 6 changes/h): ")
                .append(flapping.isEmpty() ? "none" : flapping)
                .append('\n');
        if (findings.unreadable() > 0) {
            text.append("unreadable: ")
                    .append(counted(findings.unreadable(), "line"))
                    .append('\n');
            findings.complaints()
                    .forEach(complaint ->
                            text.append("  line ").append(complaint).append('\n'));
        }
        if (findings.outOfOrder() > 0) {
            text.append("out of order: ")
                    .append(number(findings.outOfOrder()))
                    .append(" messages more than a minute older than one before; rules ran as if they had come late."
                            + " Sort the recording by time.\n");
        }
        return text.toString();
    }

    String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("spanSeconds", findings.span().toMillis() / 1e3)
                .put("devices", findings.devices())
                .put("messages", findings.messages())
                .put("rejected", findings.rejected())
                .put("outOfOrder", findings.outOfOrder())
                .put("unreadable", findings.unreadable())
                .put("seconds", seconds)
                .put("threads", threads);
        ArrayNode rules = root.putArray("rules");
        findings.rules().forEach(rule -> add(rule, rules.addObject()));
        return Answer.pretty(root);
    }

    private static void add(RuleFindings rule, ObjectNode node) {
        node.put("rule", rule.id().name())
                .put("group", rule.id().group())
                .put("fired", rule.fired())
                .put("devices", rule.devices())
                .put("commands", rule.commands());
        rule.median().ifPresent(millis -> node.put("medianSeconds", millis / 1e3));
        rule.p99().ifPresent(millis -> node.put("p99Seconds", millis / 1e3));
        node.put("stillFiring", rule.stillFiring())
                .put("unknownShare", rule.unknown())
                .put("errors", rule.errors())
                .put("flappingDevices", rule.flapping());
        rule.calming().ifPresent(end -> node.put("suggestion", end));
        add(rule.storm(), node.putObject("storm"));
        ObjectNode withheld = node.putObject("withheld");
        rule.withheld().forEach(withheld::put);
        if (rule.comparison().relation() != Relation.ALONE) {
            node.putObject("comparison")
                    .put("relation", rule.comparison().relation().name().toLowerCase(Locale.ROOT))
                    .put("fired", rule.comparison().fired())
                    .put("newDevices", rule.comparison().newDevices())
                    .put("lostDevices", rule.comparison().lostDevices());
        }
    }

    private static void add(Storm storm, ObjectNode node) {
        node.put("devices", storm.most());
        storm.brake().ifPresent(most -> node.put("fleetBrakeAt", most));
        storm.brakedAt()
                .ifPresent(
                        time -> node.put("heldFrom", Instant.ofEpochMilli(time).toString()));
        node.put("perDevice", rate(storm.perDevice())).put("trippedDevices", storm.tripped());
        storm.perRule().ifPresent(limit -> node.put("perRule", rate(limit)).put("commandsBeyond", storm.beyond()));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String counted(long count, String word) {
        return number(count) + " " + word + (count == 1 ? "" : "s");
    }

    private static String large(long number) {
        return number < 1_000_000 ? number(number) : String.format(Locale.ROOT, "%.1f M", number / 1e6);
    }

    /** The two largest units: {@code 3h02m}. */
    private static String length(OptionalLong millis) {
        if (millis.isEmpty()) {
            return "-";
        }
        long length = millis.getAsLong();
        if (length >= DAY) {
            return two(length, DAY, "d", HOUR, "h");
        }
        if (length >= HOUR) {
            return two(length, HOUR, "h", MINUTE, "m");
        }
        if (length >= 10 * MINUTE) {
            return length / MINUTE + "m";
        }
        return length >= MINUTE
                ? two(length, MINUTE, "m", SECOND, "s")
                : String.format(Locale.ROOT, length < 10 * SECOND ? "%.1fs" : "%.0fs", length / 1e3);
    }

    private static String two(long length, long unit, String name, long part, String partName) {
        long rest = length % unit / part;
        return length / unit + name + (rest == 0 ? "" : String.format(Locale.ROOT, "%02d%s", rest, partName));
    }

    private static String span(long millis) {
        return millis < 2 * MINUTE
                ? String.format(Locale.ROOT, "%.0f s", millis / 1e3)
                : millis < 2 * HOUR
                        ? millis / MINUTE + " min"
                        : millis < 2 * DAY
                                ? Math.round((double) millis / HOUR) + " h"
                                : Math.round((double) millis / DAY) + " d";
    }
}
