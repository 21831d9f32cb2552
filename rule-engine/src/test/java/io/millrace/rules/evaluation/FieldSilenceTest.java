package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A field that does not come is missed only while something could be heard: as {@code absent_for}, for {@code absent_over_time} and {@code age}. */
class FieldSilenceTest {

    private static final String GONE = """
            rules:
              - alert: SensorGone
                expr: absent_over_time(temperature, "10m")
                stale_after: 10h
            """;
    private static final String OLD = """
            rules:
              - alert: Old
                expr: age(temperature) > 600
                stale_after: 10h
            """;

    @Test
    void nothingIsAbsentWhileNoGatewayLives() {
        for (String rules : new String[] {GONE, OLD}) {
            Partition p = new Partition(rules).gatewayAlive(0, 60);
            p.send(0, "{\"temperature\":20}").until(1860);
            assertThat(p.told()).isEmpty();
            p.gatewayAlive(1860, 4000).until(2384);
            assertThat(p.told()).isEmpty();
            // 75 s before the outage (the last heartbeat vouches for 15 s), 525 s after it.
            p.until(2386);
            assertThat(p.told()).hasSize(1).allMatch(told -> told.startsWith("firing") && told.endsWith(" 2385"));
        }
    }

    @Test
    void norWhileTheDevicesOwnGatewayIsGone() {
        Partition p = new Partition(OLD).gatewayAlive(0, 8000);
        for (int second = 0; second <= 8000; second += 5) {
            if (second <= 60 || second >= 4000) {
                p.gateways.sign(0, Partition.at(second));
            }
        }
        p.gateways.opened("esp32-01", 0, 100);
        p.send(0, "{\"temperature\":20}").until(4500);
        assertThat(p.told()).isEmpty();
        p.until(8000);
        assertThat(p.told()).containsExactly("firing Old 4525");
    }

    @Test
    void anotherMessageOfTheDeviceDoesNotChangeWhatCounts() {
        Partition p = new Partition(OLD).gatewayAlive(0, 60).gatewayAlive(1860, 4000);
        p.send(0, "{\"temperature\":20}").send(1900, "{\"temperature\":null}").until(4000);
        assertThat(p.told()).containsExactly("firing Old 2385");
    }

    @Test
    void anEngineThatComesLaterDecidesTheSame() {
        Partition p = new Partition(GONE).gatewayAlive(0, 60).gatewayAlive(1860, 4000);
        p.send(0, "{\"temperature\":20}");
        assertThat(p.restarted().until(4000).told()).containsExactly("firing SensorGone 2385");
        Partition amid = p.until(1000).restarted();
        assertThat(amid.until(4000).told()).containsExactly("firing SensorGone 2385");
    }

    @Test
    void theOrderInWhichSignsOfLifeAreReadDoesNotMatter() {
        Aliveness one = new Aliveness();
        Aliveness other = new Aliveness();
        long[] signs = {100_000, 99_400, 100_900, 101_700, 140_300, 139_999, 160_001};
        for (int i = 0; i < signs.length; i++) {
            one.sign(signs[i]);
            other.sign(signs[signs.length - 1 - i]);
        }
        for (long at = 90_000; at < 180_000; at += 100) {
            assertThat(one.between(90_000, at)).as("until %d", at).isEqualTo(other.between(90_000, at));
        }
        assertThat(one.between(90_000, 180_000)).isEqualTo(17_000 + 16_000 + 15_000);
    }

    @Test
    void howLongAFieldIsSilentIsToldAsItIsCounted() {
        Partition p = new Partition("""
                rules:
                  - alert: Other
                    expr: humidity > 1
                    stale_after: 10h
                    annotations: {age: "${age(temperature)}"}
                """).gatewayAlive(0, 60);
        p.send(0, "{\"temperature\":20}").send(1860, "{\"humidity\":50}");
        assertThat(p.alerts.get(0).annotations()).containsEntry("age", "75");
    }
}
