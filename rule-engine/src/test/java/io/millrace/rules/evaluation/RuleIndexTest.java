package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Rules that are asked only when a value crosses one of their constants stand, after every message, where the same rules stand
 * that are asked at every message.
 */
final class RuleIndexTest {

    private static final int RULES = 60;
    private static final int MESSAGES = 150;
    /** True of any day: a condition that reads the time is asked whenever one of its fields comes. */
    private static final String ALWAYS_ASKED = " && now.getFullYear() > 2000";

    private static final List<String> NUMBERS = List.of("a", "b", "gps.c");

    private static String condition(Random random, int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            String left = condition(random, depth - 1);
            return switch (random.nextInt(4)) {
                case 0 -> "(" + left + " && " + condition(random, depth - 1) + ")";
                case 1 -> "(" + left + " || " + condition(random, depth - 1) + ")";
                case 2 -> "!(" + left + ")";
                default ->
                    "(" + left + " ? " + condition(random, depth - 1) + " : " + condition(random, depth - 1) + ")";
            };
        }
        String field = NUMBERS.get(random.nextInt(NUMBERS.size()));
        String operator = List.of("<", "<=", ">", ">=", "==", "!=").get(random.nextInt(6));
        int constant = random.nextInt(7) - 3;
        return switch (random.nextInt(8)) {
            case 0 -> "flag";
            case 1 -> "door == \"open\"";
            case 2 -> field + " + b " + operator + " " + constant;
            case 3 -> "present(" + field + ")";
            case 4 -> constant + " " + operator + " " + field;
            case 5 -> "half " + operator + " " + constant;
            default -> field + " " + operator + " " + constant;
        };
    }

    private static String rules(Random random) {
        StringBuilder yaml = new StringBuilder("rules:\n  - {record: half, expr: a / 2}\n");
        yaml.append("  - {record: high, expr: \"a > 1 || b < 0\"}\n");
        for (int i = 0; i < RULES; i++) {
            String expr = i % 10 == 0 ? "high && " + condition(random, 1) : condition(random, 2);
            String resolve = random.nextInt(3) == 0 ? condition(random, 1) : "";
            String hold = random.nextInt(4) == 0 ? ", for: 25s" : "";
            yaml.append(rule("asked" + i, expr + ALWAYS_ASKED, resolve, hold));
            yaml.append(rule("indexed" + i, expr, resolve, hold));
        }
        return yaml.toString();
    }

    private static String rule(String name, String expr, String resolve, String hold) {
        String end = resolve.isEmpty() ? "" : ", resolve_expr: '" + resolve + "'";
        return "  - {alert: " + name + ", expr: '" + expr + "'" + end + hold + "}\n";
    }

    private static String message(Random random, int id) {
        List<String> fields = new ArrayList<>(List.of("\"messageId\":" + id));
        for (String name : List.of("\"a\":", "\"b\":", "\"gps\":{\"c\":")) {
            String value = random.nextInt(8) == 0
                    ? "null"
                    : List.of("-0.0", "0", "1", "-1", "2", "-2", "0.5", "-3", "3", "1e3", "\"x\"")
                            .get(random.nextInt(11));
            if (random.nextInt(4) > 0) {
                fields.add(name + value + (name.endsWith("{\"c\":") ? "}" : ""));
            }
        }
        if (random.nextInt(3) == 0) {
            fields.add("\"flag\":" + random.nextBoolean());
        }
        if (random.nextInt(3) == 0) {
            fields.add(random.nextBoolean() ? "\"door\":\"open\"" : "\"door\":\"shut\"");
        }
        return "{" + String.join(",", fields) + "}";
    }

    @RepeatedTest(15)
    void whoIsLeftOutWouldHaveFoundNothingNew(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String rules = rules(random);
        Partition p = new Partition(rules);
        double second = 0;
        for (int i = 0; i < MESSAGES; i++) {
            String message = message(random, i);
            p.send(second, message);
            second += random.nextInt(10) == 0 ? 20 * 60 : random.nextInt(20);
            for (int rule = 0; rule < RULES; rule++) {
                assertThat(p.phase("indexed" + rule))
                        .as("rule %d after message %d, %s, of %s", rule, i, message, rules)
                        .isEqualTo(p.phase("asked" + rule));
            }
        }
        Map<String, Long> evaluations = p.evaluations();
        assertThat(sum(evaluations, "indexed")).isLessThan(sum(evaluations, "asked"));
    }

    private static long sum(Map<String, Long> evaluations, String prefix) {
        return evaluations.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Test
    void aRuleIsLeftAloneWhileItsConstantIsNotCrossed() {
        Partition p = new Partition("""
                rules:
                  - {rule: hot, expr: a > 30, send: ON}
                  - {rule: exact, expr: a == 12, send: SAME}
                """);
        int at = 0;
        for (double value : new double[] {10, 11, 12, 12.5, 13, 20, 29, 30, 31, 32}) {
            p.send(at, "{\"messageId\":" + at++ + ",\"a\":" + value + "}");
        }
        // The first message is a sample. Then when it comes to hold; and while it fires, at any other value.
        assertThat(p.evaluations()).containsEntry("hot", 3L).containsEntry("exact", 3L);
        assertThat(p.commands).hasSize(2);
    }
}
