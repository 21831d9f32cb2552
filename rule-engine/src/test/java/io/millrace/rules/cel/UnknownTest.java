package io.millrace.rules.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.FieldType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is missing is unknown, and unknown matters only where it decides. */
class UnknownTest {

    private static final int FALSE = 0;
    private static final int TRUE = 1;
    private static final int UNKNOWN = 2;

    private static final List<Integer> EACH = List.of(FALSE, TRUE, UNKNOWN);

    private static Map<String, Boolean> flags(int a, int b) {
        Map<String, Boolean> message = new HashMap<>();
        put(message, "a", a);
        put(message, "b", b);
        return message;
    }

    private static void put(Map<String, Boolean> message, String name, int value) {
        if (value != UNKNOWN) {
            message.put(name, value == TRUE);
        }
    }

    @Test
    void andOrAndNotFollowTheirTruthTables() {
        int[][] and = {{FALSE, FALSE, FALSE}, {FALSE, TRUE, UNKNOWN}, {FALSE, UNKNOWN, UNKNOWN}};
        int[][] or = {{FALSE, TRUE, UNKNOWN}, {TRUE, TRUE, TRUE}, {UNKNOWN, TRUE, UNKNOWN}};
        int[] not = {TRUE, FALSE, UNKNOWN};
        Workbench bench = Workbench.open();
        Condition both = bench.condition("a && b");
        Condition either = bench.condition("a || b");
        Condition negated = bench.condition("!a");
        for (int a : EACH) {
            for (int b : EACH) {
                assertThat(both.test(bench.frame(flags(a, b))))
                        .as("%d && %d", a, b)
                        .isEqualTo(and[a][b]);
                assertThat(either.test(bench.frame(flags(a, b))))
                        .as("%d || %d", a, b)
                        .isEqualTo(or[a][b]);
            }
            assertThat(negated.test(bench.frame(flags(a, UNKNOWN))))
                    .as("!%d", a)
                    .isEqualTo(not[a]);
        }
    }

    @Test
    void aChoiceIsUnknownWithItsConditionAndOtherwiseTheChosenSide() {
        Workbench bench = Workbench.open();
        Condition choice = bench.condition("a ? b : !b");
        for (int b : EACH) {
            assertThat(choice.test(bench.frame(flags(UNKNOWN, b)))).isEqualTo(UNKNOWN);
            assertThat(choice.test(bench.frame(flags(TRUE, b)))).isEqualTo(b);
            assertThat(choice.test(bench.frame(flags(FALSE, b)))).isEqualTo(b == UNKNOWN ? UNKNOWN : 1 - b);
        }
        assertThat(Workbench.open().test("(a ? x : 1) > 0", Map.of("a", false))).isEqualTo(TRUE);
        assertThat(Workbench.open().test("(a ? x : 1) > 0", Map.of("a", true))).isEqualTo(UNKNOWN);
    }

    @Test
    void everyComparisonCalculationAndFunctionOfAMissingValueIsUnknown() {
        for (String text : List.of(
                "x > 1",
                "x >= 1",
                "x < 1",
                "x <= 1",
                "x == 1",
                "x != 1",
                "1 > x",
                "x > y",
                "x == y",
                "x in [1, 2]",
                "1 in [x, 2]",
                "x + 1 > 0",
                "x - 1 > 0",
                "x * 2 > 0",
                "x / 2 > 0",
                "x % 2 == 0",
                "-x < 0",
                "math.abs(x) > 0",
                "math.least(x, 1) < 2",
                "math.greatest(1, x) > 0",
                "int(x) == 1",
                "fixed(x, 1) == \"1.0\"",
                "t == \"a\"",
                "t < \"a\"",
                "t.startsWith(\"a\")",
                "t.contains(\"a\")",
                "t.matches(\"a\")",
                "t.size() > 0",
                "size(t) > 0",
                "t + \"a\" == \"aa\"",
                "string(x) == \"1\"",
                "coalesce(x, y) > 1",
                "device.labels.site == \"berlin\"",
                "device.limit > 1",
                "gps.lat > 1")) {
            assertThat(Workbench.open().test(text, Map.of())).as(text).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void presentAndCoalesceLookAtWhatIsMissing() {
        Workbench bench = Workbench.open();
        assertThat(bench.test("present(x)", Map.of())).isEqualTo(FALSE);
        assertThat(bench.test("present(x)", Map.of("x", false))).isEqualTo(TRUE);
        assertThat(bench.test("present(x)", Map.of("x", "text"))).isEqualTo(TRUE);
        assertThat(bench.test("present(x) && x > 1", Map.of("x", 2))).isEqualTo(TRUE);
        assertThat(bench.test("coalesce(x, 8) > 5", Map.of())).isEqualTo(TRUE);
        assertThat(bench.test("coalesce(x, 8) > 5", Map.of("x", 3))).isEqualTo(FALSE);
        assertThat(bench.test("coalesce(x, y, 8) == 4", Map.of("y", 4))).isEqualTo(TRUE);
    }

    @Test
    void whatHasNoFiniteResultIsUnknown() {
        for (String text : List.of(
                "x / 0 > 1",
                "0 / x > 1",
                "1 % x == 1",
                "x * 1e308 * 10.0 > 1",
                "math.sqrt(x - 1) >= 0",
                "1.5 % 1 == 0.5",
                "double(\"abc\") > 0")) {
            assertThat(Workbench.open().test(text, Map.of("x", 0)))
                    .as(text)
                    .isEqualTo(text.startsWith("x * 1e308") ? FALSE : UNKNOWN);
        }
        assertThat(Workbench.open().test("x * 1e308 > 1", Map.of("x", 100))).isEqualTo(UNKNOWN);
    }

    @Test
    void valuesOfDifferentTypesAreNeitherEqualNorDifferent() {
        for (Object value : List.of("31", true)) {
            assertThat(Workbench.open().test("x > 30", Map.of("x", value))).isEqualTo(UNKNOWN);
            assertThat(Workbench.open().test("x == 31", Map.of("x", value))).isEqualTo(UNKNOWN);
            assertThat(Workbench.open().test("x == y", Map.of("x", value, "y", 31)))
                    .isEqualTo(UNKNOWN);
            assertThat(Workbench.open().test("x != y", Map.of("x", value, "y", 31)))
                    .isEqualTo(UNKNOWN);
        }
        assertThat(Workbench.open().test("!x", Map.of("x", 1))).isEqualTo(UNKNOWN);
        assertThat(Workbench.open().test("x == \"1\"", Map.of("x", 1))).isEqualTo(UNKNOWN);
    }

    @Test
    void aValueOfTheWrongTypeClearsItsSlot() {
        Workbench bench = Workbench.declaring(Map.of("x", FieldType.NUMBER));
        assertThat(bench.test("present(x)", Map.of("x", "31"))).isEqualTo(FALSE);
        assertThat(bench.test("present(x)", Map.of("x", 31))).isEqualTo(TRUE);
    }

    @Test
    void aStaleValueIsMissing() {
        Workbench bench = Workbench.open();
        Condition condition = bench.condition("x > 1");
        var frame = bench.frame(Map.of("x", 2));
        frame.freshSince(Workbench.NOW);
        assertThat(condition.test(frame)).isEqualTo(TRUE);
        frame.freshSince(Workbench.NOW + 1);
        assertThat(condition.test(frame)).isEqualTo(UNKNOWN);
        @Nullable Object value = condition.value().value(frame);
        assertThat(value).isNull();
    }
}
