package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A device whose readings are older than {@code stale_after} when they come: what holds is measured on their own times all the same. */
class LaggingDeviceTest {

    private static final DeviceTime TS = new DeviceTime("ts", Duration.ofMinutes(1), Duration.ofHours(24));
    private static final double LAG = 1800;

    private static final String HOT = """
            rules:
              - alert: Hot
                expr: temperature > 30
                for: 5m
                keep_firing_for: 2m
            """;

    private static Partition partition(String yaml) {
        return new Partition(TestRules.of(yaml), TS);
    }

    private static String at(double taken, double temperature) {
        return "{\"ts\":" + Partition.at(taken) + ",\"temperature\":" + temperature + "}";
    }

    private static Partition every(Partition p, double from, double to, double temperature) {
        for (double taken = from; taken <= to; taken += 60) {
            p.send(taken + LAG, at(taken, temperature));
        }
        return p;
    }

    @Test
    void aClockThatIsHalfAnHourBehindKeepsNoRuleFromHolding() {
        Partition p = every(partition(HOT), 0, 240, 31);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        every(p, 300, 360, 31);
        assertThat(p.alerts.get(0).startsAt().toEpochMilli()).isEqualTo(Partition.at(300));
        assertThat(p.told()).containsExactly("firing Hot 2100");
    }

    @Test
    void norFromClosing() {
        Partition p = every(partition(HOT), 0, 300, 31);
        every(p, 360, 420, 20);
        assertThat(p.told()).containsExactly("firing Hot 2100");
        every(p, 480, 480, 20);
        assertThat(p.alerts.get(0).endsAt()).contains(java.time.Instant.ofEpochMilli(Partition.at(480)));
        assertThat(p.told()).containsExactly("resolved Hot 2280");
    }

    @Test
    void aRestartBetweenItsReadingsChangesNothing() {
        Partition p = every(partition(HOT), 0, 120, 31).until(120 + LAG + 10);
        Partition next = every(p.restarted(), 180, 300, 31);
        assertThat(next.told()).containsExactly("firing Hot 2100");
    }

    @Test
    void whatItSaidLastIsForgottenWhenItSaysNoMore() {
        Partition p = every(partition(HOT), 0, 60, 31).until(60 + LAG + 900);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(60 + LAG + 901);
        assertThat(p.phase("Hot")).isEqualTo(Phase.INACTIVE);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aGapInItsReadingsInterruptsWhatHeld() {
        Partition p = partition(HOT.replace("5m", "1h"));
        p.send(9000, at(0, 31)).send(9000.1, at(2400, 31)).send(9000.2, at(3600, 31));
        assertThat(p.told()).isEmpty();
        for (double taken = 3900; taken <= 6900; taken += 300) {
            p.send(9000.3, at(taken, 31));
        }
        assertThat(p.told()).isEmpty();
        p.send(9000.3, at(7200, 31));
        assertThat(p.alerts.get(0).startsAt().toEpochMilli()).isEqualTo(Partition.at(7200));
    }

    @Test
    void aClockThatIsSetRightFindsNothingThatHeldMeanwhile() {
        Partition p = every(partition(HOT.replace("5m", "20m")), 0, 60, 31)
                .send(120 + LAG, at(120 + LAG, 31))
                .send(600 + LAG, at(600 + LAG, 31));
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(1200 + LAG);
        assertThat(p.told()).isEmpty();
        p.until(1320 + LAG);
        assertThat(p.told()).containsExactly("firing Hot 3120");
    }

    @Test
    void levelsHoldOnItsTimesToo() {
        Partition p = every(partition("""
                rules:
                  - alert: Hot
                    levels:
                      warning: {expr: temperature > 30}
                      critical: {expr: temperature > 40, for: 5m}
                """), 0, 300, 41);
        assertThat(p.alerts).extracting(alert -> alert.level().orElse("")).containsExactly("warning", "critical");
    }
}
