package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.model.Action;
import io.millrace.schemas.RuleControl;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class StormTest {

    private static final String FLAPPING = """
            rules:
              - alert: fan
                expr: x > 1
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
            """;

    /** On and off, each half a period. */
    private static Partition flap(Partition p, double from, double to, double period) {
        for (double second = from; second < to; second += period) {
            p.send(second, "{\"x\":2}").send(second + period / 2, "{\"x\":0}");
        }
        return p;
    }

    @Test
    void theSeventhCommandOfAMinuteTripsTheInstance() {
        Partition p = flap(new Partition(FLAPPING), 0, 32, 4);
        assertThat(p.sent())
                .as("six times on and off, nothing after that")
                .hasSize(12)
                .endsWith("FAN_ON", "FAN_OFF");
        assertThat(p.count("fan", Action.Kind.SEND, Outcome.TRIPPED)).isEqualTo(2);
        assertThat(p.told())
                .as("alerts are told all the same")
                .contains("firing RuleTripped 24", "firing fan 24", "resolved fan 26", "firing fan 28")
                .filteredOn(event -> event.contains("RuleTripped"))
                .hasSize(1);
    }

    @Test
    void aTrippedInstanceActsAgainAfterFiveMinutesWithoutAnAttempt() {
        Partition p = flap(new Partition(FLAPPING), 0, 32, 4);
        p.send(200, "{\"x\":2}").send(201, "{\"x\":0}");
        p.commands.clear();
        p.alerts.clear();
        p.until(499);
        assertThat(p.told()).isEmpty();
        p.until(501);
        assertThat(p.told()).containsExactly("resolved RuleTripped 500");
        p.send(510, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void aTripSurvivesARestart() {
        Partition p = flap(new Partition(FLAPPING), 0, 28, 4).restarted();
        p.commands.clear();
        p.send(60, "{\"x\":2}").send(61, "{\"x\":0}").send(359, "{\"x\":0}");
        assertThat(p.sent()).isEmpty();
        p.send(362, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("FAN_ON");
        assertThat(p.told()).contains("resolved RuleTripped 360");
    }

    @Test
    void whatWasSentBeforeARestartCounts() {
        Partition p = flap(new Partition(FLAPPING), 0, 24, 4).restarted();
        p.commands.clear();
        p.send(30, "{\"x\":2}");
        assertThat(p.sent()).isEmpty();
        assertThat(p.told()).contains("firing RuleTripped 30");
    }

    @Test
    void aLimitOfItsOwnTripsInTheMiddleOfASet() {
        Partition p = new Partition("""
                rules:
                  - rule: a
                    expr: x > 1
                    limits: {per_device: 2/10s}
                    on_firing: [{send: A}, {send: B}, {send: C}, {log: "done"}]
                    on_resolved: [{send: D}]
                """);
        p.send(0, "{\"x\":2}").send(1, "{\"x\":0}");
        assertThat(p.sent()).containsExactly("A", "B", "D");
        assertThat(p.count("a", Action.Kind.LOG, Outcome.TRIPPED)).isEqualTo(1);
    }

    @Test
    void aDeviceGetsThirtyCommandsAMinuteFromAllRulesTogether() {
        StringBuilder yaml = new StringBuilder("rules:\n");
        for (int i = 0; i < 16; i++) {
            yaml.append("  - {rule: r%d, expr: x > 1, on_firing: [{send: A}, {send: B}]}\n".formatted(i));
        }
        Partition p = new Partition(yaml.toString());
        p.send(0, "{\"x\":2}").send("esp32-02", 1, "{\"x\":2}");
        assertThat(p.sent()).hasSize(60);
        assertThat(p.count("r15", Action.Kind.SEND, Outcome.LIMITED)).isEqualTo(4);
        p.send(2, "{\"x\":0}").send(61, "{\"x\":2}");
        assertThat(p.sent()).hasSize(30);
    }

    private static final String MANY = """
            rules:
              - rule: all
                expr: x > 1
                limits: {per_rule: 5/1m, max_devices: 100}
                send: A
            """;

    @Test
    void aRuleSendsNoMoreThanItsLimitToAllDevices() {
        Partition p = new Partition(MANY);
        for (int i = 0; i < 8; i++) {
            p.send("d" + i, i, "{\"x\":2}");
        }
        assertThat(p.sent()).isEqualTo(Collections.nCopies(5, "A"));
        p = p.restarted();
        p.send("d8", 9, "{\"x\":2}").send("d9", 61, "{\"x\":2}");
        assertThat(p.sent()).hasSize(1);
    }

    private static final String FLEET = """
            rules:
              - rule: all
                expr: x > 1
                send: A
                on_resolved: [{send: B}]
            """;

    @Test
    void theFleetBrakeHoldsARuleThatActsOnTooManyDevicesUntilItIsReleased() {
        Partition p = new Partition(FLEET);
        for (int i = 0; i < 80; i++) {
            p.send("d" + i, i * 0.1, "{\"x\":2}");
        }
        assertThat(p.sent()).hasSize(50);
        assertThat(p.told()).containsExactly("firing FleetBrake 5");
        assertThat(p.count("all", Action.Kind.SEND, Outcome.HELD)).isEqualTo(30);
        p = p.restarted();
        p.send("late", 600, "{\"x\":2}");
        assertThat(p.sent()).as("still held, after a restart too").isEmpty();
        p.send("d1", 601, "{\"x\":0}").send("d60", 601, "{\"x\":0}");
        assertThat(p.sent()).as("what ran may end").containsExactly("B");

        p.say(602, RuleControl.release("test", "all", "ann", "")).until(602);
        assertThat(p.told()).containsExactly("resolved FleetBrake 602");
        p.send("later", 602, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("A");
        p = p.restarted();
        p.send("latest", 603, "{\"x\":2}");
        assertThat(p.sent()).containsExactly("A");
    }

    @Test
    void aFifthOfALargeFleetIsNoStorm() {
        Partition p = new Partition(FLEET);
        for (int i = 0; i < 400; i++) {
            p.send("d" + i, 0, "{\"x\":0}");
        }
        for (int i = 0; i < 100; i++) {
            p.send("d" + i, 10, "{\"x\":2}");
        }
        assertThat(p.sent()).hasSize(80);
    }

    @Test
    void theBrakeForgetsWhoActedMoreThanAMinuteAgo() {
        Partition p = new Partition(FLEET);
        for (int i = 0; i < 200; i++) {
            p.send("d" + i, i * 2, "{\"x\":2}");
        }
        assertThat(p.sent()).hasSize(200);
    }

    @Test
    void aShareAllowsForChance() {
        assertThat(Share.of(50, 1)).isEqualTo(50);
        assertThat(Share.of(600, 32)).isEqualTo(32);
        assertThat(Share.of(50, 32)).isEqualTo(6);
        assertThat(Share.of(1, 32)).isEqualTo(1);
    }

    @Test
    void whatARuleOnTrialWouldDoIsToldApart() {
        Partition p = new Partition("""
                rules:
                  - alert: a
                    dry_run: true
                    expr: x > 1
                    on_firing:
                      - send: A
                      - publish: device-events
                        value: {x: "${x}"}
                      - alert: Other
                """);
        p.send(0, "{\"x\":2}").send(1, "{\"x\":0}");
        assertThat(p.sent()).isEmpty();
        assertThat(p.told()).isEmpty();
        assertThat(p.emissions).hasSize(6).allSatisfy(emission -> assertThat(emission)
                .isInstanceOf(Emission.DryRun.class));
        assertThat(((Emission.DryRun) p.emissions.get(0)).wanted()).isInstanceOf(Emission.Command.class);
        assertThat(p.count("a", Action.Kind.SEND, Outcome.DRY_RUN)).isEqualTo(1);
        assertThat(p.count("a", Action.Kind.SEND, Outcome.SENT)).isZero();
    }
}
