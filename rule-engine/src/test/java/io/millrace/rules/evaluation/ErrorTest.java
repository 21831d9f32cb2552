package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ErrorTest {

    /** What was counted since the last time: "false 2", "error 1"; and the examples. */
    private static final class Counted implements Tally.Reader {
        private static final String[] WORDS = {"false", "true", "unknown", "error"};

        final TreeMap<String, Long> results = new TreeMap<>();
        final List<EvaluationError> examples = new ArrayList<>();

        static Counted of(Partition partition) {
            Counted counted = new Counted();
            partition.engine.tally().drainTo(counted);
            return counted;
        }

        @Override
        public void evaluations(RuleId rule, int result, long count) {
            var unused = results.merge(WORDS[result], count, Long::sum);
        }

        @Override
        public void failed(EvaluationError example) {
            examples.add(example);
        }

        @Override
        public void transitions(RuleId rule, Phase to, long count) {}

        @Override
        public void actions(RuleId rule, Action.Kind action, Outcome outcome, long count) {}

        @Override
        public void instances(RuleId rule, Phase phase, long change) {}
    }

    private static Partition rule(String expr) {
        return new Partition("rules: [{alert: A, expr: '" + expr + "', trigger: level}]");
    }

    @Test
    void aDivisionByZeroIsCountedWithTheMessageAndTheValues() {
        Partition partition = rule("c > 1 || a / b > 2").send(0, "{\"a\":31,\"b\":0,\"c\":0}");
        Counted counted = Counted.of(partition);
        assertThat(counted.results).containsOnly(java.util.Map.entry("error", 1L));
        assertThat(counted.examples)
                .containsExactly(new EvaluationError(
                        new RuleId("test", "A"), "esp32-01", Partition.at(0), "telemetry/3/0", "a / b", "31 / 0"));
    }

    @Test
    void whatIsMissingIsUnknownAndNoError() {
        Partition partition =
                rule("a / b > 2").send(0, "{\"a\":31}").send(1, "{\"b\":null}").send(2, "{\"b\":2}");
        assertThat(Counted.of(partition).results).isEqualTo(new TreeMap<>(java.util.Map.of("unknown", 2L, "true", 1L)));
    }

    @Test
    void whatLogicGuardsAgainstHasNotFailed() {
        for (String expr : List.of(
                "b != 0 && a / b > 2 || c > 5",
                "(b == 0 ? c : a / b) > 2",
                "coalesce(a / b, c) > 2 && c > 1",
                "present(a / b) && c > 1 || c > 2")) {
            Partition guarded = rule(expr).send(0, "{\"a\":31,\"b\":0}");
            List<String> results = new ArrayList<>(Counted.of(guarded).results.keySet());
            assertThat(results).as(expr).isEqualTo(expr.startsWith("coalesce") ? List.of("error") : List.of("unknown"));
        }
    }

    @Test
    void everythingThatHasNoResultIsAnErrorWhereNothingIsMissing() {
        for (String expr : List.of(
                "a % b > 1",
                "math.sqrt(0 - a) > 1", "a * 1e308 > 1", "int(text) > 1", "double(text) < 1", "0 / b > 1")) {
            Partition partition = rule(expr).send(0, "{\"a\":31.5,\"b\":0,\"text\":\"abc\"}");
            assertThat(Counted.of(partition).results.keySet()).as(expr).containsExactly("error");
        }
    }

    @Test
    void valuesOfATypeThatDoesNotFitAreAnErrorWhereOnlyTheyKnowTheirType() {
        Partition partition =
                rule("device.limit < a").register("esp32-01", 0, java.util.Map.of(), java.util.Map.of("limit", "8"));
        partition.send(1, "{\"a\":3}");
        Counted counted = Counted.of(partition);
        assertThat(counted.results).containsEntry("error", 1L);
        assertThat(counted.examples.get(0).values()).isEqualTo("\"8\" < 3");
    }

    @Test
    void anErrorInAVariableIsFoundThere() {
        Partition partition = new Partition("""
                rules:
                  - record: share
                    expr: a / b
                  - alert: A
                    vars: {twice: share * 2}
                    expr: twice > 4
                """).send(0, "{\"a\":1,\"b\":0}");
        assertThat(Counted.of(partition).examples)
                .extracting(EvaluationError::part, EvaluationError::values)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("a / b", "1 / 0"));
    }

    @Test
    void anErrorInResolveExprIsCountedThoughTheRuleStaysFiring() {
        Partition partition = new Partition("""
                rules:
                  - alert: A
                    expr: a > 1
                    resolve_expr: a / b < 1
                """).send(0, "{\"a\":2,\"b\":0}").send(1, "{\"a\":3,\"b\":0}");
        assertThat(partition.phase("A")).isEqualTo(Phase.FIRING);
        assertThat(Counted.of(partition).results).containsEntry("error", 1L).containsEntry("true", 2L);
    }

    @Test
    void anErrorInALevelIsFound() {
        Partition partition = new Partition("""
                rules:
                  - alert: A
                    levels:
                      warning: {expr: a > 10}
                      critical: {expr: a / b > 10}
                """).send(0, "{\"a\":2,\"b\":0}");
        assertThat(Counted.of(partition).results.keySet()).containsExactly("error");
    }

    @Test
    void aSteadyErrorIsCountedEachTimeAndWrittenDownOnceASecond() {
        Partition partition = rule("a / b > 2");
        for (int i = 0; i < 1000; i++) {
            partition.send(i / 100.0, "{\"a\":1,\"b\":0}");
        }
        Counted counted = Counted.of(partition);
        assertThat(counted.results).containsOnly(java.util.Map.entry("error", 1000L));
        assertThat(counted.examples).hasSize(1);
        assertThat(counted.examples.get(0).cause()).isEqualTo("telemetry/3/900");
        assertThat(Counted.of(partition).examples).isEmpty();
    }

    @Test
    void theDeviceShowsItsLastErrorAndWhatFailsNow() {
        Partition partition = rule("a / b > 2").send(0, "{\"a\":1,\"b\":0}");
        Explanation explanation = partition
                .engine
                .explain("esp32-01".getBytes(UTF_8), new RuleId("test", "A"), OptionalInt.of(3))
                .orElseThrow();
        assertThat(explanation.lastError()).map(EvaluationError::cause).contains("telemetry/3/0");
        assertThat(explanation.conditions().get(0).failed()).contains("`a / b` has no result: 1 / 0");
        assertThat(explanation.conditions().get(0).result()).isEqualTo(BooleanExpression.UNKNOWN);
    }
}
