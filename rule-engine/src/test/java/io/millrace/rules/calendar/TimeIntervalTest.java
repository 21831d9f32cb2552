package io.millrace.rules.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeIntervalTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<Span> ANY = List.of();

    private static List<Span> minutes(int fromHour, int toHour) {
        return List.of(new Span(fromHour * 60, toHour * 60 - 1));
    }

    private static List<String> edges(TimeInterval interval, String after, int count) {
        List<String> edges = new ArrayList<>();
        long time = Instant.parse(after).toEpochMilli();
        for (int i = 0; i < count; i++) {
            time = interval.nextEdge(time);
            edges.add(Instant.ofEpochMilli(time) + " " + interval.contains(time));
        }
        return edges;
    }

    @Test
    void officeHoursBeginAndEndOnWorkingDays() {
        TimeInterval office = new TimeInterval(minutes(8, 18), List.of(new Span(1, 5)), ANY, ANY, ANY, BERLIN);
        assertThat(edges(office, "2026-11-27T12:00:00Z", 3))
                .containsExactly(
                        "2026-11-27T17:00:00Z false", "2026-11-30T07:00:00Z true", "2026-11-30T17:00:00Z false");
    }

    @Test
    void wholeDaysJoinWithoutAnEdgeAtMidnight() {
        TimeInterval weekend = new TimeInterval(ANY, List.of(new Span(6, 0)), ANY, ANY, ANY, BERLIN);
        assertThat(edges(weekend, "2026-11-25T12:00:00Z", 2))
                .containsExactly("2026-11-27T23:00:00Z true", "2026-11-29T23:00:00Z false");
    }

    @Test
    void daysOfAMonthCountFromItsEndToo() {
        TimeInterval last =
                new TimeInterval(ANY, ANY, List.of(new Span(-2, -1)), List.of(new Span(2, 2)), ANY, ZoneOffset.UTC);
        assertThat(edges(last, "2026-11-25T12:00:00Z", 4))
                .containsExactly(
                        "2027-02-27T00:00:00Z true",
                        "2027-03-01T00:00:00Z false",
                        "2028-02-28T00:00:00Z true",
                        "2028-03-01T00:00:00Z false");
    }

    @Test
    void anHourThatTheClockShowsTwiceIsInTwice() {
        TimeInterval early = new TimeInterval(List.of(new Span(120, 149)), ANY, ANY, ANY, ANY, BERLIN);
        assertThat(edges(early, "2026-10-24T12:00:00Z", 4))
                .containsExactly(
                        "2026-10-25T00:00:00Z true",
                        "2026-10-25T00:30:00Z false",
                        "2026-10-25T01:00:00Z true",
                        "2026-10-25T01:30:00Z false");
    }

    @Test
    void anHourThatTheClockSkipsIsNotThere() {
        TimeInterval early = new TimeInterval(List.of(new Span(120, 149)), ANY, ANY, ANY, ANY, BERLIN);
        assertThat(edges(early, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-30T00:00:00Z true", "2026-03-30T00:30:00Z false");
        TimeInterval across = new TimeInterval(minutes(1, 5), ANY, ANY, ANY, ANY, BERLIN);
        assertThat(edges(across, "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T00:00:00Z true", "2026-03-29T03:00:00Z false");
    }

    @Test
    void anEdgeThatIsFarAwayIsLookedForAgain() {
        TimeInterval past = new TimeInterval(ANY, ANY, ANY, ANY, List.of(new Span(2020, 2021)), ZoneOffset.UTC);
        assertThat(edges(past, "2026-11-22T12:00:00Z", 1)).containsExactly("2027-12-27T00:00:00Z false");
    }
}
