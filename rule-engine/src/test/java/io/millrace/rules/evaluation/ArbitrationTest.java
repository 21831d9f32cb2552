package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import org.junit.jupiter.api.Test;

class ArbitrationTest {

    private static final String HEATER = """
            rules:
              - rule: frost-guard
                target: heater
                priority: 100
                expr: temperature < 3
                resolve_expr: temperature > 6
                send: HEATER_ON
                on_resolved: [{send: HEATER_OFF}]
              - rule: save-energy
                target: heater
                priority: 10
                expr: windowOpen
                send: HEATER_OFF
                on_resolved: [{send: HEATER_AUTO}]
            """;

    @Test
    void onlyTheBetterOfTwoActsWhenBothFireAtOnce() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":2,\"windowOpen\":true}");
        assertThat(p.sent()).containsExactly("HEATER_ON");
        assertThat(p.phase("save-energy")).isEqualTo(Phase.FIRING);
        assertThat(p.count("save-energy", Action.Kind.SEND, Outcome.OUTRANKED)).isEqualTo(1);
    }

    @Test
    void theFollowerActsWhenTheWinnerResolvesAndTheWinnerDoesNotUndo() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":2,\"windowOpen\":true}").send(60, "{\"temperature\":7}");
        assertThat(p.sent()).containsExactly("HEATER_ON", "HEATER_OFF");
        assertThat(p.emissions).hasSize(2);
        assertThat(p.count("frost-guard", Action.Kind.SEND, Outcome.OUTRANKED)).isEqualTo(1);
        p.send(90, "{\"windowOpen\":false}");
        assertThat(p.sent()).containsExactly("HEATER_AUTO");
    }

    /** Mutes the better one in the first minute of each hour; the tests begin at 10:00. */
    private static final String MUTED =
            """
            time_intervals:
              - name: quiet
                time_intervals: [{times: [{start_time: "10:00", end_time: "10:01"}]}]
            """ + HEATER.replace("priority: 100", "priority: 100\n    mute_time_intervals: [quiet]");

    @Test
    void aMutedRuleSendsNothingAndSoKeepsNobodyFromActing() {
        Partition p = new Partition(MUTED);
        p.send(0, "{\"temperature\":2}").send(10, "{\"windowOpen\":true}");
        assertThat(p.phase("frost-guard")).isEqualTo(Phase.FIRING);
        assertThat(p.sent()).containsExactly("HEATER_OFF");
        p.until(59);
        assertThat(p.sent()).isEmpty();
        p.until(60);
        assertThat(p.sent()).as("its turn again").containsExactly("HEATER_ON");
    }

    @Test
    void whatAMutedRuleDidBeforeAndSomebodyElseHasOverriddenItDoesAgain() {
        Partition p = new Partition(MUTED.replace("10:00\", end_time: \"10:01", "10:01\", end_time: \"10:02"));
        p.send(0, "{\"temperature\":2}").send(70, "{\"windowOpen\":true}").until(130);
        assertThat(p.sent()).containsExactly("HEATER_ON", "HEATER_OFF", "HEATER_ON");
    }

    @Test
    void ofTwoThatEndAtOnceTheMutedOneDoesNotKeepTheOtherFromUndoing() {
        Partition p = new Partition(MUTED);
        p.send(0, "{\"temperature\":2,\"windowOpen\":true}").send(10, "{\"temperature\":7,\"windowOpen\":false}");
        assertThat(p.sent()).containsExactly("HEATER_OFF", "HEATER_AUTO");
    }

    @Test
    void anInhibitedRuleKeepsNobodyFromActingEither() {
        Partition p = new Partition(HEATER.replace("priority: 100", "priority: 100\n    inhibited_by: [Service]")
                + "  - alert: Service\n    expr: service\n");
        p.send(0, "{\"temperature\":2,\"windowOpen\":true,\"service\":true}");
        assertThat(p.sent()).containsExactly("HEATER_OFF");
        p.send(60, "{\"service\":false}");
        assertThat(p.sent()).containsExactly("HEATER_ON");
    }

    @Test
    void aFollowerThatIsMutedLetsTheNextOneFollow() {
        Partition p = new Partition(MUTED + """
              - rule: boost
                target: heater
                priority: 200
                expr: boost
                send: HEATER_MAX
                on_resolved: [{send: HEATER_STOP}]
            """);
        p.send(0, "{\"temperature\":2,\"windowOpen\":true,\"boost\":true}").send(10, "{\"boost\":false}");
        assertThat(p.sent()).containsExactly("HEATER_MAX", "HEATER_OFF");
    }

    @Test
    void theFollowerActsAgainWhoHadActedBeforeTheWinnerCame() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":10,\"windowOpen\":true}");
        assertThat(p.sent()).containsExactly("HEATER_OFF");
        p.send(60, "{\"temperature\":2}").send(120, "{\"temperature\":7}");
        assertThat(p.sent()).containsExactly("HEATER_ON", "HEATER_OFF");
    }

    @Test
    void aLoserDoesNotUndoWhileTheWinnerFires() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":10,\"windowOpen\":true}").send(60, "{\"temperature\":2}");
        assertThat(p.sent()).containsExactly("HEATER_OFF", "HEATER_ON");
        p.send(90, "{\"windowOpen\":false}");
        assertThat(p.sent()).isEmpty();
        p.send(120, "{\"temperature\":7}");
        assertThat(p.sent()).containsExactly("HEATER_OFF");
    }

    @Test
    void ofTwoThatEndAtOnceOnlyTheBetterUndoes() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":10,\"windowOpen\":true}").send(60, "{\"temperature\":2}");
        p.commands.clear();
        p.send(90, "{\"temperature\":7,\"windowOpen\":false}");
        assertThat(p.sent()).containsExactly("HEATER_OFF");
    }

    @Test
    void theFirstOfTheFileWinsAmongEquals() {
        Partition p = new Partition("""
                rules:
                  - {rule: a, target: light, expr: x > 1, send: A}
                  - {rule: b, target: light, expr: x > 1, send: B}
                  - {rule: c, target: fan, expr: x > 1, send: C}
                """);
        p.send(0, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("A", "C");
    }

    @Test
    void theFollowerTakesOverDespiteItsCooldownAndInLevelModeOnce() {
        Partition p = new Partition("""
                rules:
                  - {rule: a, target: light, priority: 1, expr: x > 1, send: A}
                  - {rule: b, target: light, expr: y > 1, trigger: level, cooldown: 1h, send: B}
                """);
        p.send(0, "{\"y\":2}")
                .send(10, "{\"x\":2}")
                .send(20, "{\"x\":0,\"y\":3}")
                .send(30, "{\"y\":3}");
        assertThat(p.sent()).containsExactly("B", "A", "B");
    }

    @Test
    void alertsAreToldWhoeverHasTheTarget() {
        Partition p = new Partition("""
                rules:
                  - {alert: A, target: light, expr: x > 1, send: A}
                  - {alert: B, target: light, expr: x > 2, send: B}
                """);
        p.send(0, "{\"x\":3}").send(10, "{\"x\":0}");
        assertThat(p.told()).containsExactly("firing A 0", "firing B 0", "resolved A 10", "resolved B 10");
    }

    @Test
    void aRuleOnTrialKeepsNobodyFromActing() {
        Partition p = new Partition("""
                rules:
                  - {rule: a, target: light, priority: 9, expr: x > 1, send: A, dry_run: true}
                  - {rule: b, target: light, expr: x > 1, send: B}
                """);
        p.send(0, "{\"x\":3}");
        assertThat(p.sent()).containsExactly("B");
    }

    @Test
    void theFollowerActsWhenTheWinnerIsTakenOutOfTheRules() {
        Partition p = new Partition(HEATER);
        p.send(0, "{\"temperature\":2,\"windowOpen\":true}");
        p.commands.clear();
        p.use(HEATER.substring(0, 7) + HEATER.substring(HEATER.indexOf("  - rule: save-energy")));
        assertThat(p.sent()).containsExactly("HEATER_OFF");
        assertThat(p.engine.rules().find(new RuleId("test", "frost-guard"))).isNull();
    }
}
