package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.Template;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each function that looks back says of one small story; "-" is missing. */
class PastTest {

    private static final long START = 1_800_000_000_000L;

    /** One device that hears messages, and expressions that are asked in between. */
    private static final class Story {
        private final Map<String, Template> asked = new HashMap<>();
        private final FieldTable table;
        private final FieldValues values;
        private final Frame frame = new Frame();

        Story(String... expressions) {
            FieldTable.Builder slots = new FieldTable.Builder();
            Scope scope = new Scope(Optional.empty(), slots);
            List.of(expressions).forEach(scope::learn);
            for (String text : expressions) {
                String written = "${" + text + "}";
                Problems problems = new Problems(new SourceText("test", written));
                Passage passage = new Passage(
                        new SourceText("test", written),
                        written,
                        IntStream.rangeClosed(0, written.length()).toArray());
                Expressions compiler = new Expressions(scope, problems);
                asked.put(
                        text,
                        compiler.template(passage, Problems.Subject.FILE)
                                .orElseThrow(() ->
                                        new AssertionError(problems.sorted().toString())));
                slots.histories().readBy(compiler.remembered(), 900_000);
            }
            table = slots.build();
            values = new FieldValues(table.size());
            values.firstSeen(START);
        }

        private void bind(double seconds) {
            long now = START + Math.round(seconds * 1000);
            frame.bind(values, "esp32-01", DeviceAttributes.UNREGISTERED, now);
            frame.freshSince(now - 900_000);
        }

        Story hears(double seconds, String name, @Nullable Object value) {
            bind(seconds);
            for (Field field : table.fields()) {
                if (!field.name().equals(name)) {
                    continue;
                }
                if (value instanceof Number number) {
                    field.number(values, number.doubleValue(), frame.now());
                } else if (value instanceof Boolean flag) {
                    field.flag(values, flag, frame.now());
                } else if (value instanceof String text) {
                    field.text(values, text, frame.now());
                } else {
                    field.missing(values);
                }
                for (HistoryDefinition history : table.histories().histories()) {
                    if (history.fields().contains(field.slot())) {
                        history.sample(values, frame, frame.now());
                    }
                }
            }
            return this;
        }

        Story says(double seconds, String expression, String expected) {
            bind(seconds);
            Template template = asked.get(expression);
            assertThat(template).as(expression).isNotNull();
            assertThat(java.util.Objects.requireNonNull(template).render(frame).orElse("-"))
                    .as("%s at %s s", expression, seconds)
                    .isEqualTo(expected);
            return this;
        }

        Story say(double seconds, Map<String, String> expected) {
            expected.forEach((expression, text) -> says(seconds, expression, text));
            return this;
        }
    }

    @Test
    void numbersOverTime() {
        Map<String, String> before = new HashMap<>();
        Map<String, String> one = new HashMap<>();
        Map<String, String> four = new HashMap<>();
        String[][] rows = {
            {"avg_over_time(x, \"1m\")", "4", "2.5"},
            {"sum_over_time(x, \"1m\")", "4", "10"},
            {"count_over_time(x, \"1m\")", "1", "4"},
            {"min_over_time(x, \"1m\")", "4", "0"},
            {"max_over_time(x, \"1m\")", "4", "5"},
            {"stddev_over_time(x, \"1m\")", "0", "2.0615528128088303"},
            {"last_over_time(x, \"1m\")", "4", "5"},
            {"delta(x, \"1m\")", "-", "1"},
            {"increase(x, \"1m\")", "0", "6"},
            {"rate(x, \"1m\")", "-", "0.2"},
            {"resets(x, \"1m\")", "0", "2"},
            {"changes(x, \"1m\")", "0", "3"},
            {"fixed(deriv(x, \"1m\"), 6)", "-", "0.020000"},
            {"avg_over_last(x, 3)", "4", "2"},
            {"sum_over_last(x, 3)", "4", "6"},
            {"min_over_last(x, 3)", "4", "0"},
            {"max_over_last(x, 3)", "4", "5"},
            {"count_over_last(x, 3)", "1", "3"},
            {"quantile_over_last(0.5, x, 4)", "4", "2.5"},
            {"prev(x)", "-", "0"},
            {"changed(x)", "-", "true"}
        };
        for (String[] row : rows) {
            before.put(row[0], "-");
            one.put(row[0], row[1]);
            four.put(row[0], row[2]);
        }
        Story story = new Story(before.keySet().toArray(String[]::new));
        story.say(0, before).hears(0, "x", "a text").hears(0, "x", null).say(0, before);
        story.hears(1, "x", 4).say(1, one);
        story.hears(11, "x", 1)
                .hears(21, "x", 0)
                .hears(26, "x", null)
                .hears(31, "x", 5)
                .say(31, four);
        // The samples fall out of the window, the last n and the value before stay.
        story.says(92.5, "avg_over_time(x, \"1m\")", "-")
                .says(92.5, "rate(x, \"1m\")", "-")
                .says(92.5, "last_over_time(x, \"1m\")", "-")
                .says(92.5, "avg_over_last(x, 3)", "2")
                .says(92.5, "prev(x)", "0");
        // A stale value has no value before it, a null neither; the last n do not ask.
        story.says(1000, "prev(x)", "-").says(1000, "changed(x)", "-").says(1000, "max_over_last(x, 3)", "5");
    }

    @Test
    void flagsAndTexts() {
        Story story = new Story(
                "count_over_time(b, \"1m\")",
                "ratio_over_time(b, \"1m\")",
                "count_over_last(b, 2)",
                "changes(b, \"1m\")",
                "changes(t, \"1m\")",
                "count_over_time(t, \"1m\")",
                "count_over_time(x > 1, \"1m\")",
                "last_over_time(x > 1, \"1m\")",
                "prev(t)",
                "changed(t)",
                "prev(b)");
        story.hears(1, "b", true).hears(2, "b", false).hears(3, "b", true).hears(4, "b", true);
        story.hears(1, "t", "open").hears(2, "t", "open").hears(3, "t", "closed");
        story.hears(1, "x", 3).hears(2, "x", 1);
        story.say(
                4,
                Map.of(
                        "count_over_time(b, \"1m\")", "3",
                        "ratio_over_time(b, \"1m\")", "0.75",
                        "count_over_last(b, 2)", "2",
                        "changes(b, \"1m\")", "2",
                        "changes(t, \"1m\")", "1",
                        "count_over_time(t, \"1m\")", "3",
                        "count_over_time(x > 1, \"1m\")", "1",
                        "last_over_time(x > 1, \"1m\")", "false",
                        "prev(t)", "open",
                        "changed(t)", "true"));
        story.says(4, "prev(b)", "true").hears(5, "t", "closed").says(5, "changed(t)", "false");
    }

    @Test
    void howLongAgo() {
        Story story = new Story(
                "age(x)", "age(x + y)", "absent_over_time(x, \"10s\")", "held(x > 1)", "since(x > 1)", "since(y > 1)");
        story.say(
                5,
                Map.of(
                        "age(x)", "5",
                        "age(x + y)", "5",
                        "absent_over_time(x, \"10s\")", "false",
                        "held(x > 1)", "-",
                        "since(x > 1)", "-"));
        story.says(10, "absent_over_time(x, \"10s\")", "true");
        story.hears(20, "x", 0).hears(21, "y", 0);
        story.say(
                22,
                Map.of("age(x)", "2", "age(x + y)", "1", "held(x > 1)", "0", "since(x > 1)", "-", "since(y > 1)", "-"));
        story.hears(30, "x", 2).hears(40, "x", 3);
        story.say(45.5, Map.of("held(x > 1)", "15.5", "since(x > 1)", "0"));
        story.hears(50, "x", null).say(51, Map.of("age(x)", "11", "held(x > 1)", "-", "since(x > 1)", "0"));
        story.hears(60, "x", 2).says(61, "held(x > 1)", "1");
        story.hears(70, "x", 1).say(75, Map.of("held(x > 1)", "0", "since(x > 1)", "5"));
        story.hears(80, "x", 0).says(85, "since(x > 1)", "15");
    }

    /** False && unknown and true || unknown are known; all else of a history without samples is unknown. */
    @Test
    void whatHasNoSampleIsUnknownWhereItDecides() {
        Story story = new Story(
                "avg_over_time(x, \"1m\") > 1 && false",
                "avg_over_time(x, \"1m\") > 1 && true",
                "avg_over_time(x, \"1m\") > 1 || true",
                "avg_over_time(x, \"1m\") > 1 || false",
                "!(held(x > 1) > 5)",
                "coalesce(avg_over_time(x, \"1m\"), 7)",
                "present(avg_over_time(x, \"1m\"))",
                "avg_over_time(x, \"1m\") > avg_over_time(y, \"1m\")",
                "avg_over_time(x / y, \"1m\")");
        Map<String, String> expected = Map.of(
                "avg_over_time(x, \"1m\") > 1 && false", "false",
                "avg_over_time(x, \"1m\") > 1 && true", "-",
                "avg_over_time(x, \"1m\") > 1 || true", "true",
                "avg_over_time(x, \"1m\") > 1 || false", "-",
                "!(held(x > 1) > 5)", "-",
                "coalesce(avg_over_time(x, \"1m\"), 7)", "7",
                "present(avg_over_time(x, \"1m\"))", "false",
                "avg_over_time(x, \"1m\") > avg_over_time(y, \"1m\")", "-",
                "avg_over_time(x / y, \"1m\")", "-");
        story.say(1, expected).hears(2, "y", 0).say(2, expected);
        story.hears(3, "x", 2).says(3, "avg_over_time(x, \"1m\") > avg_over_time(y, \"1m\")", "true");
        story.says(3, "avg_over_time(x / y, \"1m\")", "-");
    }
}
