package io.millrace.rules.language;

import io.millrace.rules.calendar.Span;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** One part of a time interval, {@code monday:friday}: a word or a number, or two of them with a colon between. */
final class Ranges {

    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    private Ranges() {}

    static Optional<Span> weekday(String text) {
        return range(text, word -> position(WEEKDAYS, word));
    }

    static Optional<Span> month(String text) {
        return range(
                text, word -> position(MONTHS, word).map(month -> month + 1).or(() -> number(word, 1, 12)));
    }

    static Optional<Span> dayOfMonth(String text) {
        return range(text, word -> number(word, -31, 31).filter(day -> day != 0))
                .filter(Ranges::isForward);
    }

    static Optional<Span> year(String text) {
        return range(text, word -> number(word, 1970, 9999)).filter(Ranges::isForward);
    }

    private static boolean isForward(Span span) {
        return span.from() <= span.to() || span.from() > 0 != span.to() > 0;
    }

    private static Optional<Span> range(String text, Function<String, Optional<Integer>> one) {
        int colon = text.indexOf(':');
        Optional<Integer> from = one.apply((colon < 0 ? text : text.substring(0, colon)).strip());
        Optional<Integer> to =
                colon < 0 ? from : one.apply(text.substring(colon + 1).strip());
        return from.isPresent() && to.isPresent() ? Optional.of(new Span(from.get(), to.get())) : Optional.empty();
    }

    private static Optional<Integer> position(List<String> names, String word) {
        int at = names.indexOf(word.toLowerCase(Locale.ROOT));
        return at < 0 ? Optional.empty() : Optional.of(at);
    }

    private static Optional<Integer> number(String word, int least, int most) {
        if (!word.matches("-?\\d{1,4}")) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(word)).filter(number -> number >= least && number <= most);
    }
}
