package io.millrace.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Times of day: example 10, and what happens at the edges. Second 0 is 11:00 in Berlin on a Sunday. */
class HoursTest {

    private static final double HOUR = 3600;
    private static final double DAY = 24 * HOUR;

    private static final String OFFICE = """
            time_intervals:
              - name: office
                time_intervals:
                  - weekdays: ["monday:friday"]
                    times: [{start_time: "08:00", end_time: "18:00"}]
                    location: Europe/Berlin
            rules:
            """;
    private static final double MONDAY_8 = 21 * HOUR;
    private static final double MONDAY_18 = 31 * HOUR;

    private static Partition office(String rule) {
        return new Partition(OFFICE + rule).gatewayAlive(0, 5);
    }

    @Test
    void windowOpenAfterHoursIsToldAtTheEndOfTheOfficeHours() {
        Partition p = office("""
                  - alert: WindowOpenAfterHours
                    expr: window == "open"
                    stale_after: 48h
                    mute_time_intervals: [office]
                """);
        p.send(MONDAY_8 + 60, "{\"window\":\"open\"}");
        assertThat(p.phase("WindowOpenAfterHours")).isEqualTo(Phase.FIRING);
        p.until(MONDAY_18 - 1);
        assertThat(p.told()).isEmpty();
        p.until(MONDAY_18);
        assertThat(p.alerts.get(0).startsAt().toEpochMilli()).isEqualTo(Partition.at(MONDAY_8 + 60));
        assertThat(p.told()).containsExactly("firing WindowOpenAfterHours 111600");
        p.until(MONDAY_18 + HOUR);
        assertThat(p.told()).isEmpty();
    }

    @Test
    void whatEndsWhileMutedIsNeverTold() {
        Partition p = office("""
                  - alert: Open
                    expr: window == "open"
                    mute_time_intervals: [office]
                    send: CLOSE
                    on_resolved: [{send: THANKS}]
                """);
        p.send(MONDAY_8 + 60, "{\"window\":\"open\"}")
                .send(MONDAY_8 + 90, "{\"window\":\"shut\"}")
                .until(MONDAY_18 + 60);
        assertThat(p.told()).isEmpty();
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void whatWasToldIsAlsoResolvedThoughMuted() {
        Partition p = office("""
                  - alert: Open
                    expr: window == "open"
                    mute_time_intervals: [office]
                    send: CLOSE
                    on_resolved: [{send: THANKS}]
                """);
        p.send(MONDAY_8 - 60, "{\"window\":\"open\"}").send(MONDAY_8 + 90, "{\"window\":\"shut\"}");
        assertThat(p.told()).containsExactly("firing Open 75540", "resolved Open 75690");
        assertThat(p.sent()).containsExactly("CLOSE");
    }

    @Test
    void anActiveTimeBeginsWithTheStoredValuesAndEndsWhatFires() {
        Partition p = office("""
                  - rule: ventilate
                    expr: co2 > 1000
                    stale_after: 48h
                    active_time_intervals: [office]
                    send: FAN_ON
                    on_resolved: [{send: FAN_OFF}]
                  - alert: Stuffy
                    expr: co2 > 1000
                    for: 10m
                    stale_after: 48h
                    active_time_intervals: [office]
                """);
        p.send(0, "{\"co2\":1200}").until(MONDAY_8 - 1);
        assertThat(p.sent()).isEmpty();
        p.until(MONDAY_8);
        assertThat(p.sent()).containsExactly("FAN_ON");
        assertThat(p.phase("Stuffy")).isEqualTo(Phase.PENDING);
        p.until(MONDAY_18 + 1);
        assertThat(p.sent()).containsExactly("FAN_OFF");
        assertThat(p.alerts.get(1).reason()).contains("outside the active time intervals");
        assertThat(p.told()).containsExactly("firing Stuffy 76200", "resolved Stuffy 111600");
        p.send(MONDAY_18 + 2, "{\"co2\":1300}");
        assertThat(p.phase("ventilate")).isEqualTo(Phase.INACTIVE);
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void silenceIsNoticedInActiveTimesOnly() {
        Partition p = office("""
                  - alert: Silent
                    absent_for: 10m
                    active_time_intervals: [office]
                """);
        p.gatewayAlive(0, 2 * DAY).send(0, "{}").until(MONDAY_8 - 1);
        assertThat(p.told()).isEmpty();
        p.until(MONDAY_18 + 1);
        assertThat(p.told()).containsExactly("firing Silent 75600", "resolved Silent 111600");
    }

    @Test
    void edgesThatTheEngineSleptThroughComeInTheirOrder() {
        Partition p = office("""
                  - rule: ventilate
                    expr: co2 > 1000
                    stale_after: 100h
                    active_time_intervals: [office]
                    send: FAN_ON
                    on_resolved: [{send: FAN_OFF}]
                """);
        p.send(0, "{\"co2\":1200}").until(MONDAY_18 + DAY);
        assertThat(p.sent()).containsExactly("FAN_ON", "FAN_OFF", "FAN_ON", "FAN_OFF");
    }

    private static final String LIGHTS_OUT = """
            rules:
              - rule: lights-out
                schedule: "0 22 * * *"
                time_zone: Europe/Berlin
                expr: ledState
                stale_after: 100h
                send: LED_OFF
            """;

    @Test
    void aScheduleActsAtEachOfItsTimesForEachDeviceWhoseConditionIsTrue() {
        Partition p = new Partition(LIGHTS_OUT).gatewayAlive(0, 3 * DAY);
        p.send("a", 0, "{\"ledState\":true}")
                .send("b", 1, "{\"ledState\":false}")
                .until(11 * HOUR - 1);
        assertThat(p.sent()).isEmpty();
        p.until(11 * HOUR);
        assertThat(p.commands)
                .extracting(command -> command.deviceId().toString())
                .containsExactly("a");
        assertThat(p.commands.get(0).cause()).contains("timer/2026-11-22T21:00:00Z");
        assertThat(p.sent()).containsExactly("LED_OFF");
        assertThat(p.phase("a", "lights-out")).isEqualTo(Phase.INACTIVE);
        p.send("a", 12 * HOUR, "{\"ledState\":true}");
        assertThat(p.sent()).isEmpty();
        p.until(35 * HOUR);
        assertThat(p.sent()).containsExactly("LED_OFF");
    }

    @Test
    void aScheduleWithoutConditionAlwaysActsAndAnAlertOfOneIsOverAtOnce() {
        Partition p = new Partition("""
                rules:
                  - alert: Noon
                    schedule: "0 12 * * *"
                    send: PING
                """).gatewayAlive(0, DAY);
        p.send(0, "{}").until(2 * HOUR);
        assertThat(p.told()).containsExactly("firing Noon 7200", "resolved Noon 7200");
        assertThat(p.sent()).containsExactly("PING");
    }

    @Test
    void aTimeWhenNobodyWasThereIsMadeUpOnlyIfItIsNotOlderThanMaxAge() {
        Partition p = new Partition(LIGHTS_OUT + "    max_age: 10m\n").gatewayAlive(0, 10 * HOUR);
        p.send(0, "{\"ledState\":true}").until(10 * HOUR).until(11 * HOUR + 599);
        assertThat(p.sent()).containsExactly("LED_OFF");
        p.until(35 * HOUR - 1).until(35 * HOUR + 600);
        assertThat(p.sent()).isEmpty();
    }

    @Test
    void manyDevicesAreServedByTheirOwnDeadlines() {
        Partition p = new Partition(LIGHTS_OUT).gatewayAlive(0, DAY);
        for (int i = 0; i < 1000; i++) {
            p.send("d" + i, i, "{\"ledState\":true}");
        }
        p.until(11 * HOUR - 1);
        assertThat(p.sent()).isEmpty();
        p.until(11 * HOUR);
        List<Long> times = p.commands.stream()
                .map(command -> command.createdAt().toEpochMilli())
                .distinct()
                .toList();
        assertThat(times).containsExactly(Partition.at(11 * HOUR));
        assertThat(p.sent()).hasSize(1000);
    }
}
