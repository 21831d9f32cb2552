package io.millrace.rules.cel;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A version as semver.org orders it. What firmware reports is taken leniently: a {@code v} before it, and 2.1 for 2.1.0. Build
 * metadata is not kept, for it has no order.
 *
 * @param suffix the parts of a pre-release; empty = a release
 */
record Version(List<BigInteger> numbers, List<String> suffix) implements Comparable<Version> {

    private static final Pattern FORM = Pattern.compile(
            "[vV]?(\\d{1,18})(?:\\.(\\d{1,18}))?(?:\\.(\\d{1,18}))?(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");

    static Optional<Version> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<BigInteger> numbers = IntStream.rangeClosed(1, 3)
                .mapToObj(
                        group -> matcher.group(group) == null ? BigInteger.ZERO : new BigInteger(matcher.group(group)))
                .toList();
        String suffix = matcher.group(4);
        return Optional.of(new Version(numbers, suffix == null ? List.of() : List.of(suffix.split("\\."))));
    }

    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < numbers.size(); i++) {
            int sign = numbers.get(i).compareTo(other.numbers.get(i));
            if (sign != 0) {
                return sign;
            }
        }
        if (suffix.isEmpty() || other.suffix.isEmpty()) {
            return Boolean.compare(suffix.isEmpty(), other.suffix.isEmpty());
        }
        for (int i = 0; i < Math.min(suffix.size(), other.suffix.size()); i++) {
            int sign = compare(suffix.get(i), other.suffix.get(i));
            if (sign != 0) {
                return sign;
            }
        }
        return Integer.compare(suffix.size(), other.suffix.size());
    }

    /** Numbers by size and before words. */
    private static int compare(String one, String other) {
        boolean number = one.matches("\\d+");
        boolean otherNumber = other.matches("\\d+");
        if (number && otherNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        return number == otherNumber ? one.compareTo(other) : number ? -1 : 1;
    }

    @Override
    public String toString() {
        String release = numbers.get(0) + "." + numbers.get(1) + "." + numbers.get(2);
        return suffix.isEmpty() ? release : release + "-" + String.join(".", suffix);
    }
}
