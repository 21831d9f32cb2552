package io.millrace.rules.language;

import io.millrace.rules.expression.Durations;
import io.millrace.rules.expression.Numbers;
import io.millrace.rules.model.Glob;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.config.Nearest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads single values of one file: durations, numbers, words, names; what is none is reported and comes back empty. */
final class ScalarReader {

    private static final String DURATION_HELP = "write 5s, 5m or 1h30m";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private final SourceText source;
    private final Complaints complaints;

    ScalarReader(SourceText source, Complaints complaints) {
        this.source = source;
        this.complaints = complaints;
    }

    Optional<Passage> text(Node node, String word, Subject subject) {
        if (node instanceof ScalarNode scalar && !Reading.isNull(scalar)) {
            return Optional.of(ScalarPassage.of(source, scalar));
        }
        complaints.error(node, "E108", subject, "`" + word + "` must be a text, not " + Reading.description(node), "");
        return Optional.empty();
    }

    Optional<Duration> duration(Entries.Entry entry) {
        String written = entry.value() instanceof ScalarNode scalar ? scalar.getValue() : "";
        Optional<Duration> duration = Durations.parse(written);
        if (duration.isEmpty()) {
            String what = written.isEmpty() ? Reading.description(entry.value()) : "`" + written + "`";
            complaints.error(entry, "E110", what + " is not a duration", DURATION_HELP);
        }
        return duration;
    }

    /** A duration that must not be zero. */
    Optional<Duration> positive(Entries.Entry entry) {
        Optional<Duration> duration = duration(entry);
        if (duration.isPresent() && duration.get().isZero()) {
            complaints.error(entry, "E110", "`" + entry.word() + "` must be longer than 0s", DURATION_HELP);
            return Optional.empty();
        }
        return duration;
    }

    Optional<Integer> integer(Entries.Entry entry, int least, int most) {
        String written = entry.value() instanceof ScalarNode scalar && scalar.isPlain() ? scalar.getValue() : "";
        if (written.matches("[-+]?\\d{1,9}")) {
            int number = Integer.parseInt(written);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        }
        String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
        String what = written.isEmpty() ? Reading.description(entry.value()) : written;
        complaints.error(entry, "E108", "`" + entry.word() + "` is " + what, "expected a whole number, " + range);
        return Optional.empty();
    }

    Optional<Double> number(Entries.Entry entry) {
        if (entry.value() instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT))) {
            double number = Numbers.parse(scalar.getValue());
            if (Double.isFinite(number)) {
                return Optional.of(number);
            }
        }
        complaints.error(
                entry, "E108", "`" + entry.word() + "` is " + Reading.description(entry.value()), "expected a number");
        return Optional.empty();
    }

    Optional<Boolean> bool(Entries.Entry entry) {
        if (entry.value() instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return Optional.of(scalar.getValue().equalsIgnoreCase("true"));
        }
        complaints.error(
                entry,
                "E108",
                "`" + entry.word() + "` is " + Reading.description(entry.value()),
                "expected true or false");
        return Optional.empty();
    }

    /** One of several words. */
    <T> Optional<T> word(Entries.Entry entry, Map<String, T> words) {
        String written = entry.value() instanceof ScalarNode scalar ? scalar.getValue() : "";
        if (words.containsKey(written)) {
            return Optional.of(words.get(written));
        }
        String guess = Nearest.to(written, words.keySet())
                .map(near -> "did you mean \"" + near + "\"? ")
                .orElse("");
        String what = written.isEmpty() ? Reading.description(entry.value()) : "\"" + written + "\"";
        complaints.error(
                entry,
                "E108",
                "`" + entry.word() + "` is " + what,
                guess + "expected one of " + String.join(", ", new TreeSet<>(words.keySet())));
        return Optional.empty();
    }

    Optional<Glob> glob(Node node, Subject subject) {
        String written = node instanceof ScalarNode scalar && !Reading.isNull(scalar) ? scalar.getValue() : "";
        boolean bad = written.isEmpty() || written.chars().anyMatch(c -> "[]{}".indexOf(c) >= 0);
        if (bad) {
            String what = written.isEmpty() ? "an empty pattern" : "the pattern \"" + written + "\"";
            complaints.error(
                    node,
                    "E111",
                    subject,
                    what + " selects no device",
                    "a device id in which * stands for any characters and ? for one");
            return Optional.empty();
        }
        return Optional.of(new Glob(written));
    }

    /** The name of a rule, an alert or a group. */
    Optional<String> name(Entries.Entry entry) {
        String written = entry.value() instanceof ScalarNode scalar && !Reading.isNull(scalar) ? scalar.getValue() : "";
        if (NAME.matcher(written).matches()) {
            return Optional.of(written);
        }
        String what = written.isEmpty() ? Reading.description(entry.value()) : "\"" + written + "\"";
        complaints.error(
                entry,
                "E109",
                what + " is not a name",
                "a letter, then up to 63 letters, digits, dots, dashes, underscores" + suggestion(written));
        return Optional.empty();
    }

    private static String suggestion(String written) {
        String good = written.strip().replaceAll("[^A-Za-z0-9_.-]+", "-");
        return NAME.matcher(good).matches() ? ": for example " + good : "";
    }
}
