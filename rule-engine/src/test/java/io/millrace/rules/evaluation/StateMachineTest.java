package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The table of states, row by row. */
class StateMachineTest {

    private static final String FAN = """
            rules:
              - rule: fan
                expr: temperature > 30
                for: 1m
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved:
                  - send: FAN_OFF
            """;

    @Test
    void trueWithoutForFiresAtOnceAndOnlyOnTheChange() {
        Partition p = new Partition("""
                rules:
                  - rule: fan-on
                    expr: temperature > 30
                    send: FAN_ON
                """);
        p.send(0, "{\"temperature\":31}").send(1, "{\"temperature\":32}").send(2, "{\"temperature\":33}");
        assertThat(p.sent()).containsExactly("FAN_ON");
        p.send(3, "{\"temperature\":30}");
        assertThat(p.phase("fan-on")).isEqualTo(Phase.INACTIVE);
        assertThat(p.sent()).isEmpty();
        p.send(4, "{\"temperature\":31}");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void trueWithForIsPendingAndFiresByTimerAtItsDeadline() {
        Partition p = new Partition(FAN);
        p.send(0, "{\"temperature\":31.2}").send(30, "{\"temperature\":31.5}").until(59);
        assertThat(p.phase("fan")).isEqualTo(Phase.PENDING);
        p.until(65);
        assertThat(p.phase("fan")).isEqualTo(Phase.FIRING);
        assertThat(p.commands.get(0).createdAt().toEpochMilli()).isEqualTo(Partition.at(60));
        assertThat(p.commands.get(0).cause()).contains("timer/2026-11-22T10:01:00Z");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void pendingBecomesInactiveWhenFalse() {
        Partition p = new Partition(FAN);
        p.send(0, "{\"temperature\":31}").send(59, "{\"temperature\":29}").until(300);
        assertThat(p.phase("fan")).isEqualTo(Phase.INACTIVE);
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void pendingBecomesInactiveWhenUnknown() {
        Partition p = new Partition(FAN);
        p.send(0, "{\"temperature\":31}").send(10, "{\"temperature\":null}").until(300);
        assertThat(p.phase("fan")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void pendingBecomesInactiveWhenItsValueGoesStale() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    for: 10m
                    stale_after: 2m
                """);
        p.send(0, "{\"temperature\":31}").until(120);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(121);
        assertThat(p.phase("Hot")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void firingEndsByResolveExprWithHysteresis() {
        Partition p = new Partition(FAN);
        p.send(0, "{\"temperature\":31}").send(61, "{\"temperature\":31}");
        assertThat(p.sent()).containsExactly("FAN_ON");
        p.send(300, "{\"temperature\":28}");
        assertThat(p.phase("fan")).isEqualTo(Phase.FIRING);
        p.send(360, "{\"temperature\":26.9}");
        assertThat(p.phase("fan")).isEqualTo(Phase.INACTIVE);
        assertThat(p.sent()).containsExactly("FAN_OFF");
    }

    @Test
    void firingStaysWhenUnknown() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                """);
        p.send(0, "{\"temperature\":31}").send(1, "{\"temperature\":null}").until(4000);
        assertThat(p.phase("Hot")).isEqualTo(Phase.FIRING);
        assertThat(p.told()).containsExactly("firing Hot 0");
    }

    @Test
    void keepFiringForHoldsTheEndAndIsDroppedWhenTheConditionReturns() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    keep_firing_for: 10m
                """);
        p.send(0, "{\"temperature\":31}").send(60, "{\"temperature\":20}");
        assertThat(p.phase("Hot")).isEqualTo(Phase.CLOSING);
        p.send(600, "{\"temperature\":31}");
        assertThat(p.phase("Hot")).isEqualTo(Phase.FIRING);
        assertThat(p.told()).containsExactly("firing Hot 0");
        p.send(700, "{\"temperature\":20}").until(1299);
        assertThat(p.phase("Hot")).isEqualTo(Phase.CLOSING);
        p.until(1301);
        assertThat(p.told()).containsExactly("resolved Hot 1300");
    }

    @Test
    void unknownDropsTheClosingTimer() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    keep_firing_for: 10m
                """);
        p.send(0, "{\"temperature\":31}").send(60, "{\"temperature\":20}").send(90, "{\"temperature\":null}");
        assertThat(p.phase("Hot")).isEqualTo(Phase.FIRING);
        p.until(5000);
        assertThat(p.told()).containsExactly("firing Hot 0");
    }

    @Test
    void forSamplesCountsMessagesWithItsFields() {
        Partition p = new Partition("""
                rules:
                  - alert: PressureHigh
                    expr: pressure > 6
                    for_samples: 3
                """);
        p.send(0, "{\"pressure\":7}").send(1, "{\"humidity\":7}").send(2, "{\"pressure\":7}");
        assertThat(p.phase("PressureHigh")).isEqualTo(Phase.PENDING);
        p.send(3, "{\"pressure\":7}");
        assertThat(p.told()).containsExactly("firing PressureHigh 3");
        p.send(4, "{\"pressure\":5}");
        assertThat(p.told()).containsExactly("resolved PressureHigh 4");
    }

    @Test
    void repeatsComeAtMultiplesOfTheInterval() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    stale_after: 100h
                    repeat_interval: 4h
                    send: BEEP
                """);
        p.send(0, "{\"temperature\":31}").until(4 * 3600 - 1);
        assertThat(p.told()).containsExactly("firing Hot 0");
        p.until(9 * 3600);
        assertThat(p.told()).containsExactly("firing Hot 14400", "firing Hot 28800");
        assertThat(p.sent()).containsExactly("BEEP", "BEEP", "BEEP");
    }

    @Test
    void levelActsOnEachMatchingMessageButForTheCooldown() {
        Partition p = new Partition("""
                rules:
                  - rule: proportional
                    expr: temperature > 25
                    trigger: level
                    cooldown: 15s
                    send: "FAN ${temperature}"
                """);
        p.send(0, "{\"temperature\":26}")
                .send(10, "{\"temperature\":27}")
                .send(15, "{\"temperature\":27}")
                .send(40, "{\"temperature\":28}")
                .send(60, "{\"temperature\":20}");
        assertThat(p.sent()).containsExactly("FAN 26", "FAN 27", "FAN 28");
    }

    @Test
    void cooldownOutlivesTheEpisodeAndWithheldActionsHaveNoEnd() {
        Partition p = new Partition("""
                rules:
                  - rule: fan
                    expr: temperature > 30
                    cooldown: 1m
                    send: FAN_ON
                    on_resolved: [{send: FAN_OFF}]
                """);
        p.send(0, "{\"temperature\":31}").send(10, "{\"temperature\":20}");
        assertThat(p.sent()).containsExactly("FAN_ON", "FAN_OFF");
        p.send(20, "{\"temperature\":31}").send(30, "{\"temperature\":20}");
        assertThat(p.sent()).isEmpty();
        p.send(60, "{\"temperature\":31}");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void missingSaysWhatUnknownMeans() {
        Partition p = new Partition("""
                rules:
                  - alert: Off
                    expr: temperature > 30
                    missing: "false"
                  - alert: On
                    expr: temperature > 30
                    missing: "true"
                """);
        p.send(0, "{\"temperature\":31}").send(10, "{\"temperature\":null}");
        assertThat(p.told()).containsExactly("firing Off 0", "firing On 0", "resolved Off 10");
    }

    @Test
    void initialWaitActsOnlyAfterAFirstFalse() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    initial: wait
                """);
        p.send(0, "{\"temperature\":31}").send(1, "{\"temperature\":32}");
        assertThat(p.told()).isEmpty();
        p.send(2, "{\"temperature\":20}").send(3, "{\"temperature\":31}");
        assertThat(p.told()).containsExactly("firing Hot 3");
    }

    @Test
    void pairsShareFingerprintStartAndLabels() {
        Partition p = new Partition("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                    labels: {severity: critical, reading: "${temperature}"}
                    annotations: {summary: "${device.id} at ${fixed(temperature, 1)} for ${duration}"}
                """);
        p.send(0, "{\"temperature\":31}").send(90, "{\"temperature\":20}");
        var firing = p.alerts.get(0);
        var resolved = p.alerts.get(1);
        assertThat(firing.labels())
                .containsEntry("alertname", "Hot")
                .containsEntry("device", "esp32-01")
                .containsEntry("severity", "critical")
                .containsEntry("reading", "31");
        assertThat(firing.annotations()).containsEntry("summary", "esp32-01 at 31.0 for 0s");
        assertThat(firing.value()).contains(31.0);
        assertThat(firing.cause()).isEqualTo("telemetry/3/0");
        assertThat(resolved.labels()).isEqualTo(firing.labels());
        assertThat(resolved.fingerprint()).isEqualTo(firing.fingerprint());
        assertThat(resolved.startsAt()).isEqualTo(firing.startsAt());
        assertThat(resolved.endsAt()).contains(resolved.at());
        assertThat(resolved.annotations()).containsEntry("summary", "esp32-01 at 20.0 for 1m30s");
    }

    @Test
    void aTemplateOverAMissingValueCancelsTheAction() {
        Partition p = new Partition("""
                rules:
                  - rule: show
                    expr: temperature > 30
                    on_firing:
                      - send: "HUM ${humidity}"
                      - send: "T ${temperature}"
                """);
        p.send(0, "{\"temperature\":31}");
        assertThat(p.sent()).containsExactly("T 31");
    }

    @Test
    void fieldsOfDifferentMessagesCombine() {
        Partition p = new Partition("""
                rules:
                  - alert: Damp
                    expr: temperature < 10 && humidity > 80
                """);
        p.send(0, "{\"temperature\":5}").send(1, "{\"humidity\":90}");
        assertThat(p.told()).containsExactly("firing Damp 1");
    }
}
