package io.millrace.rules.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> times(String cron, ZoneId zone, String after, int count) {
        Schedule schedule = new Schedule(cron, zone);
        List<String> times = new ArrayList<>();
        long time = Instant.parse(after).toEpochMilli();
        for (int i = 0; i < count; i++) {
            time = schedule.next(time);
            times.add(Instant.ofEpochMilli(time).toString());
        }
        return times;
    }

    @Test
    void itComesAtLocalTimeInSummerAndInWinter() {
        assertThat(times("0 22 * * *", BERLIN, "2026-10-23T20:00:00Z", 3))
                .containsExactly("2026-10-24T20:00:00Z", "2026-10-25T21:00:00Z", "2026-10-26T21:00:00Z");
    }

    @Test
    void aTimeThatTheClockSkipsComesAtTheFirstMinuteAfter() {
        assertThat(times("30 2 * * *", BERLIN, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(times("*/15 2 * * *", BERLIN, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    }

    @Test
    void aTimeThatTheClockShowsTwiceComesOnce() {
        assertThat(times("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void eitherOfTwoDayFieldsIsEnoughAsInCrontab() {
        assertThat(times("0 0 13 * FRI", ZoneId.of("UTC"), "2026-12-10T00:00:00Z", 3))
                .containsExactly("2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z", "2026-12-18T00:00:00Z");
    }

    @Test
    void whatIsNoScheduleIsRefused() {
        assertThatThrownBy(() -> new Schedule("0 22 * *", BERLIN)).hasMessage("it has 4 fields, not five");
        assertThatThrownBy(() -> new Schedule("61 * * * *", BERLIN)).hasMessageContaining("61 not in range");
        assertThatThrownBy(() -> new Schedule("0 0 31 2 *", BERLIN)).hasMessage("it never comes");
        assertThatThrownBy(() -> new Schedule("0 22 * | *", BERLIN)).hasMessage("a field cannot have \"|\"");
    }
}
