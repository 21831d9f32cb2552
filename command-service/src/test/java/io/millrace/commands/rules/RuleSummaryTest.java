package io.millrace.commands.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.rules.RuleSummary.Health;
import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.RuleError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuleSummaryTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

    private static final RuleEngineStatus.Mute MUTE = new RuleEngineStatus.Mute(AT.plusSeconds(60), "ann", "cleaning");

    private static RuleEngineStatus.Rule rule(String name, long fired, Map<String, Long> evaluations) {
        return new RuleEngineStatus.Rule(
                "greenhouse",
                name,
                "alert",
                "greenhouse.rules.yaml",
                3,
                Map.of("firing", 1L),
                evaluations,
                Map.of("firing", fired),
                Map.of("sent", fired),
                fired == 0 ? Optional.empty() : Optional.of(AT.plusSeconds(fired)),
                fired == 0 ? Optional.empty() : Optional.of(error(fired)),
                fired > 2 ? Optional.of(MUTE) : Optional.empty(),
                fired == 0 ? List.of() : List.of((int) fired));
    }

    private static RuleError error(long second) {
        return new RuleError(
                "greenhouse/Hot", "esp32-01", AT.plusSeconds(second), "telemetry/0/" + second, "a / b", "1 / 0");
    }

    private static RuleEngineStatus engine(Instant since, RuleEngineStatus.Rule... rules) {
        return new RuleEngineStatus(
                "rules-0", "r1", Optional.of(since), Optional.empty(), true, List.of(), List.of(0), List.of(rules));
    }

    @Test
    void whatEachEngineCountedIsAddedUp() {
        List<RuleEngineStatus.Rule> rules = RuleSummary.of(List.of(
                engine(AT, rule("Hot", 2, Map.of("true", 2L, "false", 5L))),
                engine(AT, rule("Hot", 3, Map.of("true", 3L, "unknown", 1L)))));
        assertThat(rules)
                .containsExactly(new RuleEngineStatus.Rule(
                        "greenhouse",
                        "Hot",
                        "alert",
                        "greenhouse.rules.yaml",
                        3,
                        Map.of("firing", 2L),
                        Map.of("true", 5L, "false", 5L, "unknown", 1L),
                        Map.of("firing", 5L),
                        Map.of("sent", 5L),
                        Optional.of(AT.plusSeconds(3)),
                        Optional.of(error(3)),
                        Optional.of(MUTE),
                        List.of(2, 3)));
    }

    @Test
    void theOrderIsThatOfTheNewestSet() {
        List<RuleEngineStatus.Rule> rules = RuleSummary.of(List.of(
                engine(AT, rule("Old", 0, Map.of()), rule("Hot", 0, Map.of())),
                engine(AT.plusSeconds(1), rule("New", 0, Map.of()), rule("Hot", 0, Map.of()))));
        assertThat(rules).extracting(RuleEngineStatus.Rule::name).containsExactly("New", "Hot", "Old");
    }

    @Test
    void aRuleThatOnlyEverIsUnknownIsNotWell() {
        assertThat(RuleSummary.health(rule("A", 0, Map.of()))).isEqualTo(Health.NEVER_EVALUATED);
        assertThat(RuleSummary.health(rule("A", 0, Map.of("unknown", 7L)))).isEqualTo(Health.ALWAYS_UNKNOWN);
        assertThat(RuleSummary.health(rule("A", 0, Map.of("unknown", 7L, "false", 1L))))
                .isEqualTo(Health.OK);
        assertThat(RuleSummary.health(rule("A", 0, Map.of("true", 7L, "error", 1L))))
                .isEqualTo(Health.ERRORS);
    }
}
