package io.millrace.rules.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.TreeSet;

/**
 * A time interval as Alertmanager has them: what is not empty must fit, each with any of its parts.
 *
 * @param minutes of the day, 0 to 1439; the end of 18:00 is the minute before it
 * @param weekdays 0 = Sunday to 6
 * @param daysOfMonth from 1; -1 is the last one
 * @param months from 1
 */
public record TimeInterval(
        List<Span> minutes,
        List<Span> weekdays,
        List<Span> daysOfMonth,
        List<Span> months,
        List<Span> years,
        ZoneId zone) {

    /** An edge further away than this is looked for again then. */
    private static final int HORIZON_DAYS = 400;

    public TimeInterval {
        minutes = List.copyOf(minutes);
        weekdays = List.copyOf(weekdays);
        daysOfMonth = List.copyOf(daysOfMonth);
        months = List.copyOf(months);
        years = List.copyOf(years);
    }

    boolean contains(long time) {
        LocalDateTime local = local(time);
        return fits(local.toLocalDate()) && fits(minutes, local.getHour() * 60 + local.getMinute());
    }

    /** When this next begins or ends after that time; a time at which it does neither if that is far away. */
    long nextEdge(long time) {
        boolean inside = contains(time);
        LocalDate day = local(time).toLocalDate();
        LocalDate horizon = day.plusDays(HORIZON_DAYS);
        for (LocalDate at = day; at.isBefore(horizon); at = at.plusDays(1)) {
            if (!inside && !fits(at)) {
                continue;
            }
            for (long candidate : candidates(at)) {
                if (candidate > time && contains(candidate) != inside) {
                    return candidate;
                }
            }
        }
        return horizon.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    /** The moments of a day at which the answer can change, in order. */
    private TreeSet<Long> candidates(LocalDate day) {
        TreeSet<Long> moments = new TreeSet<>();
        ZoneRules rules = zone.getRules();
        add(day.atStartOfDay(), rules, moments);
        for (Span span : minutes) {
            add(day.atStartOfDay().plusMinutes(span.from()), rules, moments);
            add(day.atStartOfDay().plusMinutes(span.to() + 1L), rules, moments);
        }
        Instant begin = day.atStartOfDay(zone).toInstant();
        ZoneOffsetTransition change = rules.nextTransition(begin.minusMillis(1));
        if (change != null
                && change.getInstant()
                        .isBefore(day.plusDays(1).atStartOfDay(zone).toInstant())) {
            moments.add(change.getInstant().toEpochMilli());
        }
        return moments;
    }

    /** Once, twice where the clock shows that time twice, not at all where it skips it. */
    private static void add(LocalDateTime local, ZoneRules rules, TreeSet<Long> moments) {
        for (ZoneOffset offset : rules.getValidOffsets(local)) {
            moments.add(local.toInstant(offset).toEpochMilli());
        }
    }

    private boolean fits(LocalDate day) {
        return fits(weekdays, day.getDayOfWeek().getValue() % 7)
                && fits(months, day.getMonthValue())
                && fits(years, day.getYear())
                && (daysOfMonth.isEmpty() || daysOfMonth.stream().anyMatch(span -> fitsDay(span, day)));
    }

    private static boolean fitsDay(Span span, LocalDate day) {
        int length = day.lengthOfMonth();
        int from = span.from() < 0 ? length + 1 + span.from() : span.from();
        int to = span.to() < 0 ? length + 1 + span.to() : span.to();
        return from <= day.getDayOfMonth() && day.getDayOfMonth() <= to;
    }

    private static boolean fits(List<Span> spans, int number) {
        return spans.isEmpty() || spans.stream().anyMatch(span -> span.contains(number));
    }

    private LocalDateTime local(long time) {
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(time), zone);
    }
}
