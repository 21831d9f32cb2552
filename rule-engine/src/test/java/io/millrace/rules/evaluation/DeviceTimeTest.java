package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Readings that say when they were taken: late ones, and those that a device kept while it had no network. */
class DeviceTimeTest {

    private static final DeviceTime TS = new DeviceTime("ts", Duration.ofMinutes(1), Duration.ofHours(24));
    private static final double HOUR = 3600;

    private static final String HOT = """
            rules:
              - alert: Hot
                expr: temperature > 30
                for: 5m
                keep_firing_for: 2m
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
            """;

    private final Partition p = new Partition(TestRules.of(HOT), TS);

    private static String at(double taken, double temperature) {
        return "{\"ts\":" + Partition.at(taken) + ",\"temperature\":" + temperature + "}";
    }

    private String startsAt(int alert) {
        return Instant.ofEpochMilli(p.alerts.get(alert).startsAt().toEpochMilli())
                .toString();
    }

    @Test
    void aBufferedUploadIsMeasuredOnItsOwnTimes() {
        p.send(HOUR, at(0, 31))
                .send(HOUR + 0.02, at(60, 29))
                .send(HOUR + 0.04, at(600, 31))
                .send("other", HOUR + 0.05, "{}");
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        assertThat(p.told()).isEmpty();
        p.send(HOUR + 0.06, at(840, 32)).send(HOUR + 0.08, at(1000, 33));
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:15:00Z");
        assertThat(p.alerts.get(0).late()).isTrue();
        assertThat(p.told()).containsExactly("firing Hot 3600");
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void aValueThatALateReadingBroughtIsLookedAtWithTheNextOneThatIsNot() {
        Partition damp = new Partition(TestRules.of("rules: [{rule: damp, expr: humidity > 80, send: DRY}]"), TS);
        damp.send(HOUR, at(HOUR, 20)).send(HOUR + 1, "{\"ts\":" + Partition.at(HOUR - 60) + ",\"humidity\":90}");
        assertThat(damp.phase("damp")).isEqualTo(Phase.INACTIVE);
        Partition again = damp.restarted();
        again.send(HOUR + 2, "{\"ts\":" + Partition.at(HOUR + 2) + ",\"humidity\":90}");
        assertThat(again.phase("damp")).isEqualTo(Phase.FIRING);
    }

    @Test
    void anEpisodeThatIsLongOverIsToldWithItsTrueBeginningAndEnd() {
        p.send(HOUR, at(0, 31)).send(HOUR, at(300, 31)).send(HOUR, at(400, 20)).send(HOUR, at(600, 20));
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:05:00Z");
        assertThat(p.alerts.get(1).endsAt()).contains(Instant.parse("2026-11-22T10:08:40Z"));
        assertThat(p.told()).containsExactly("firing Hot 3600", "resolved Hot 3600");
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void whatIsLeftOfABurstIsDueAtItsRecordTime() {
        p.send(400, at(0, 31)).send(400.5, at(100, 31)).until(401);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(402);
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:06:40.500Z");
        assertThat(p.sent()).containsExactly("FAN_ON");
    }

    @Test
    void orAtItsDeadlineIfThatIsLater() {
        p.send(100, at(0, 31)).send(100.5, at(50, 31)).until(299);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(300);
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:05:00Z");
    }

    @Test
    void whatWasStaleWhenItCameDoesNotFireByItself() {
        p.send(2 * HOUR, at(0, 31)).until(2 * HOUR + 900);
        assertThat(p.phase("Hot")).isEqualTo(Phase.PENDING);
        p.until(2 * HOUR + 901);
        assertThat(p.phase("Hot")).isEqualTo(Phase.INACTIVE);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void aReadingOfNowEndsTheBurst() {
        p.send(400, at(0, 31)).send(400.2, at(100, 31)).send(400.4, at(400.4, 31));
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:05:00Z");
        assertThat(p.told()).containsExactly("firing Hot 400");
    }

    @Test
    void aLateReadingOverwritesNothingAndDecidesNothing() throws ReadingScanner.Poison {
        p.send(100, at(100, 20));
        assertThat(p.taken(101, at(50, 35))).isEqualTo(PartitionEngine.Taken.LATE);
        p.send(102, "{\"ts\":" + Partition.at(102) + ",\"humidity\":1}").until(1000);
        assertThat(p.phase("Hot")).isEqualTo(Phase.INACTIVE);
        p.send(1001, at(1001, 31));
        assertThat(p.taken(1002, at(990, 20))).isEqualTo(PartitionEngine.Taken.LATE);
        p.until(1302);
        assertThat(p.told()).containsExactly("firing Hot 1301");
    }

    @Test
    void aLateReadingStillCountsInAWindow() {
        Partition window = new Partition(TestRules.of("""
                rules:
                  - alert: Warm
                    expr: count_over_time(temperature, "10m") >= 3
                """), TS);
        window.send(100, at(100, 20)).send(200, at(200, 20)).send(201, at(150, 20));
        assertThat(window.told()).isEmpty();
        window.send(202, at(202, 21));
        assertThat(window.told()).containsExactly("firing Warm 202");
        Partition three = new Partition(TestRules.of("""
                rules:
                  - alert: Warm
                    expr: count_over_time(temperature, "10m") >= 4
                """), TS);
        three.send(100, at(100, 20))
                .send(200, at(200, 20))
                .send(201, at(150, 20))
                .send(202, at(202, 21));
        assertThat(three.told()).containsExactly("firing Warm 202");
    }

    @Test
    void aTimeOutOfBoundsIsCountedAndTheArrivalUsedInstead() {
        p.send(0, at(61, 31))
                .send(1, at(-25 * HOUR, 31))
                .send(2, "{\"ts\":0,\"temperature\":31}")
                .until(301);
        assertThat(p.told()).containsExactly("firing Hot 300");
        assertThat(p.engine.takeStrayTimestamps()).isEqualTo(3);
        assertThat(p.engine.takeStrayTimestamps()).isZero();
    }

    @Test
    void aClockALittleAheadCountsAsThatOfTheGateway() {
        p.send(0, at(30, 31)).send(10, at(40, 31)).until(300);
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:05:00Z");
    }

    @Test
    void secondsAndTextsAreTimesToo() {
        p.send(400, "{\"temperature\":31,\"ts\":\"2026-11-22T10:00:30Z\"}");
        p.send(400.1, "{\"temperature\":20,\"ts\":" + (Partition.START / 1000 + 340) + "}");
        assertThat(startsAt(0)).isEqualTo("2026-11-22T10:05:30Z");
    }

    @Test
    void aBurstIsASignOfLifeOfNow() {
        Partition silent =
                new Partition(TestRules.of("rules: [{alert: Silent, absent_for: 10m}]"), TS).gatewayAlive(0, 2 * HOUR);
        silent.send(0, "{}").until(1000);
        assertThat(silent.told()).containsExactly("firing Silent 600");
        silent.send(HOUR, at(700, 1)).send(HOUR + 0.1, at(690, 1));
        assertThat(silent.alerts.get(0).endsAt()).contains(Instant.parse("2026-11-22T11:00:00Z"));
        assertThat(silent.told()).containsExactly("resolved Silent 3600");
        silent.until(HOUR + 599);
        assertThat(silent.told()).isEmpty();
        silent.until(HOUR + 601);
        assertThat(silent.told()).containsExactly("firing Silent 4200");
    }

    @Test
    void theMiddleOfABurstSurvivesARestart() {
        p.send(400, at(0, 31)).send(400.5, at(100, 31));
        DeviceStateCodec codec = new DeviceStateCodec();
        DeviceState device = p.devices.find("esp32-01".getBytes(UTF_8));
        assertThat(device).isNotNull();
        DeviceState read = codec.read(device.id(), device.key(), codec.write(device, p.engine.rules()));
        Partition next = new Partition(TestRules.of("rules: [{alert: None, expr: a > 1}]"), TS);
        next.devices.put(read);
        assertThat(read.newestData).isEqualTo(Partition.at(100));
        assertThat(read.burstAt).isEqualTo(Partition.at(400.5));
    }
}
