package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleChangeTest {

    private static String hot(int limit, String more) {
        return """
                rules:
                  - alert: Hot
                    expr: temperature > %d
                    %s
                """.formatted(limit, more);
    }

    @Test
    void unchangedRulesAreUntouched() {
        Partition p = new Partition(hot(30, "for: 1m"));
        p.send(0, "{\"temperature\":31}")
                .until(30)
                .use(hot(30, "for: 1m") + "  - alert: Cold\n    expr: temperature < 0\n");
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(61);
        assertThat(p.told()).containsExactly("firing Hot 60");
    }

    @Test
    void editedTimingKeepsTheStart() {
        Partition p = new Partition(hot(30, "for: 10m"));
        p.send(0, "{\"temperature\":31}").until(60).use(hot(30, "for: 2m")).until(121);
        assertThat(p.told()).containsExactly("firing Hot 120");
    }

    @Test
    void anEditedDeadlineInThePastIsDueAtTheEdit() {
        Partition p = new Partition(hot(30, "for: 10m"));
        p.send(0, "{\"temperature\":31}").until(300).use(hot(30, "for: 2m")).until(301);
        assertThat(p.told()).containsExactly("firing Hot 300");
    }

    @Test
    void editedConditionRestartsPending() {
        Partition p = new Partition(hot(30, "for: 1m"));
        p.send(0, "{\"temperature\":35}").until(50).use(hot(33, "for: 1m")).until(109);
        assertThat(p.told()).isEmpty();
        p.until(111);
        assertThat(p.told()).containsExactly("firing Hot 110");
    }

    @Test
    void editedConditionEndsAFiringThatIsFalseNow() {
        Partition p = new Partition(hot(30, ""));
        p.send(0, "{\"temperature\":35}").until(50);
        assertThat(p.told()).containsExactly("firing Hot 0");
        p.use(hot(33, ""));
        assertThat(p.told()).isEmpty();
        p.use(hot(40, ""));
        assertThat(p.told()).containsExactly("resolved Hot 50");
    }

    @Test
    void aRemovedRuleClosesItsAlertWithAReason() {
        Partition p = new Partition(hot(30, "on_resolved: [{send: OFF}]"));
        p.send(0, "{\"temperature\":35}").use("rules: [{alert: Other, expr: x > 1}]");
        assertThat(p.alerts.get(1).reason()).contains("rule removed");
        assertThat(p.alerts.get(1).labels()).isEqualTo(p.alerts.get(0).labels());
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void aRemovedRuleRunsItsEndIfItSaysSo() {
        Partition p = new Partition(hot(30, "on_removed: run\n    on_resolved: [{send: OFF}]"));
        p.send(0, "{\"temperature\":35}").use("rules: [{alert: Other, expr: x > 1}]");
        assertThat(p.sent()).containsExactly("OFF");
    }

    @Test
    void aRenamedRuleGoesOnUnderItsNewName() {
        Partition p = new Partition(hot(30, "send: ON\n    on_resolved: [{send: OFF}]"));
        p.send(0, "{\"temperature\":35}").until(10);
        assertThat(p.sent()).containsExactly("ON");
        p.use("""
                rules:
                  - alert: Heat
                    renamed_from: Hot
                    expr: temperature > 30
                    on_resolved: [{send: OFF}]
                """);
        assertThat(p.alerts.get(1).reason()).contains("rule renamed to Heat");
        assertThat(p.alerts.get(1).fingerprint()).isEqualTo(p.alerts.get(0).fingerprint());
        assertThat(p.alerts.get(2).startsAt()).isEqualTo(p.alerts.get(0).startsAt());
        assertThat(p.told()).containsExactly("firing Hot 0", "resolved Hot 10", "firing Heat 10");
        assertThat(p.sent()).isEmpty();
        p.send(20, "{\"temperature\":20}");
        assertThat(p.told()).containsExactly("resolved Heat 20");
        assertThat(p.sent()).containsExactly("OFF");
    }

    @Test
    void aNewRuleSeesStoredValues() {
        Partition p = new Partition(hot(30, ""));
        p.send(0, "{\"temperature\":35}").until(10);
        var unused = p.told();
        p.use(hot(30, "") + "  - alert: Warm\n    expr: temperature > 25\n");
        assertThat(p.told()).containsExactly("firing Warm 10");
    }

    @Test
    void anAttributeOfTheRegistryMovesTheThreshold() {
        Partition p = new Partition("""
                rules:
                  - alert: AboveOwnLimit
                    expr: temperature > coalesce(device.maxTemp, 8)
                """);
        p.send(0, "{\"temperature\":9}");
        assertThat(p.told()).containsExactly("firing AboveOwnLimit 0");
        p.register("esp32-01", 5, Map.of(), Map.of("maxTemp", 12.0));
        assertThat(p.told()).containsExactly("resolved AboveOwnLimit 5");
        p.register("esp32-01", 6, Map.of(), Map.of("maxTemp", 7.0));
        assertThat(p.told()).containsExactly("firing AboveOwnLimit 6");
    }
}
