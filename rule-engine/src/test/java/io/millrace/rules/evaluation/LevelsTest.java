package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One alert with several severities: example 4, and what happens between its levels. */
class LevelsTest {

    private static final String TEMPERATURE = """
            rules:
              - alert: Temperature
                levels:
                  warning:  {expr: temperature > 30, resolve_expr: temperature < 28, for: 2m}
                  critical: {expr: temperature > 40, resolve_expr: temperature < 37}
                annotations:
                  summary: "${device.id}: ${level} at ${temperature} °C"
                send: "SHOW ${level}"
                on_resolved: [{send: "GONE ${level}"}]
            """;

    private final Partition p = new Partition(TEMPERATURE);

    /** "firing warning 120" for each event so far, the number being its second. */
    private List<String> levels() {
        List<String> told = p.alerts.stream()
                .map(event -> event.status().text() + " " + event.level().orElse("-") + " "
                        + (event.at().toEpochMilli() - Partition.START) / 1000)
                .toList();
        p.alerts.clear();
        return told;
    }

    private Partition at(double seconds, double temperature) {
        return p.send(seconds, "{\"temperature\":" + temperature + "}");
    }

    @Test
    void oneInstanceEscalatesAndComesDown() {
        at(0, 31);
        assertThat(p.phase("Temperature")).isEqualTo(Phase.PENDING);
        p.until(121);
        at(200, 41);
        at(260, 38);
        at(300, 36);
        at(360, 27);
        assertThat(p.alerts)
                .extracting(event -> event.startsAt().toEpochMilli())
                .containsOnly(Partition.at(120));
        assertThat(p.alerts)
                .extracting(event -> event.fingerprint())
                .containsOnly(p.alerts.get(0).fingerprint());
        assertThat(p.alerts.get(1).annotations()).containsEntry("summary", "esp32-01: critical at 41 °C");
        assertThat(p.alerts.get(1).value()).contains(41.0);
        assertThat(levels())
                .containsExactly(
                        "firing warning 120", "firing critical 200", "firing warning 300", "resolved warning 360");
        assertThat(p.sent()).containsExactly("SHOW warning", "SHOW critical", "SHOW warning", "GONE warning");
        assertThat(p.phase("Temperature")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void theHighestTrueLevelWinsAtOnceWithoutWaitingForTheLower() {
        at(0, 45);
        assertThat(levels()).containsExactly("firing critical 0");
        p.until(600);
        assertThat(levels()).isEmpty();
    }

    @Test
    void aLowerLevelThatIsTrueWhenAHigherOneEndsIsTakenAtOnce() {
        at(0, 45);
        at(10, 36);
        at(20, 29);
        assertThat(levels()).containsExactly("firing critical 0", "firing warning 10");
        at(30, 27);
        assertThat(levels()).containsExactly("resolved warning 30");
    }

    @Test
    void whatWasNeverLongEnoughFiresNotAtAll() {
        at(0, 31);
        at(119, 29);
        p.until(600);
        assertThat(levels()).isEmpty();
        assertThat(p.phase("Temperature")).isEqualTo(Phase.INACTIVE);
    }

    @Test
    void unknownKeepsTheLevel() {
        at(0, 45);
        p.send(1, "{\"temperature\":null}").until(4000);
        assertThat(levels()).containsExactly("firing critical 0");
        at(4001, 35);
        assertThat(levels()).containsExactly("firing warning 4001");
    }

    @Test
    void aLevelThatEndsCanBeHeldForAWhile() {
        Partition held = new Partition("""
                rules:
                  - alert: Temperature
                    keep_firing_for: 1m
                    levels:
                      info:     {expr: temperature > 20}
                      warning:  {expr: temperature > 30, keep_firing_for: 5m}
                """);
        held.send(0, "{\"temperature\":31}").send(10, "{\"temperature\":25}");
        assertThat(held.phase("Temperature")).isEqualTo(Phase.FIRING);
        held.until(309);
        assertThat(held.alerts).extracting(event -> event.level().orElse("")).containsExactly("warning");
        held.until(311);
        assertThat(held.alerts).extracting(event -> event.level().orElse("")).containsExactly("warning", "info");
        held.send(320, "{\"temperature\":19}").until(379);
        assertThat(held.phase("Temperature")).isEqualTo(Phase.CLOSING);
        held.until(381);
        assertThat(held.told())
                .containsExactly("firing Temperature 0", "firing Temperature 310", "resolved Temperature 380");
    }

    @Test
    void repeatsCarryTheLevelAndCountFromTheBeginning() {
        Partition repeating = new Partition(TEMPERATURE + "    repeat_interval: 10m\n    stale_after: 1h\n");
        repeating
                .send(0, "{\"temperature\":45}")
                .send(590, "{\"temperature\":35}")
                .until(601);
        assertThat(repeating.alerts)
                .extracting(event -> event.level().orElse(""))
                .containsExactly("critical", "warning", "warning");
        assertThat(repeating.told()).last().isEqualTo("firing Temperature 600");
    }

    @Test
    void anEditTurnsAConditionIntoLevelsAndBack() {
        String before = "rules: [{alert: Temperature, expr: temperature > 25}]";
        Partition edited = new Partition(before);
        edited.send(0, "{\"temperature\":45}").until(10).use(TEMPERATURE);
        assertThat(edited.alerts.get(1).level()).contains("critical");
        assertThat(edited.told()).containsExactly("firing Temperature 0", "firing Temperature 10");
        edited.until(20).use(before);
        assertThat(edited.told()).isEmpty();
        edited.send(30, "{\"temperature\":20}");
        assertThat(edited.told()).containsExactly("resolved Temperature 30");
    }

    @Test
    void anEditedLevelEndsInItsOwnWay() {
        at(0, 45);
        p.until(10).use(TEMPERATURE.replace("> 40", "> 50").replace("< 37", "< 46"));
        assertThat(levels()).containsExactly("firing critical 0", "firing warning 10");
    }
}
