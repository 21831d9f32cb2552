package io.millrace.rules.testing;

import io.millrace.rules.language.Entries;
import io.millrace.rules.language.Reading;
import io.millrace.rules.source.Problems.Subject;
import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** What the entries of all lists of a test have in common: times and devices. */
final class TestWords {

    private static final Duration LONGEST = Duration.ofDays(366);

    private final Reading reading;

    TestWords(Reading reading) {
        this.reading = reading;
    }

    /** An entry of a list as a map whose keys are free. */
    Map<String, Entries.Entry> open(Node item, Subject subject) {
        return reading.open(new Entries.Entry(subject.field().orElse(""), item, item, subject));
    }

    Entries.Entry require(Map<String, Entries.Entry> all, String word) {
        return Objects.requireNonNull(all.get(word));
    }

    /** {@code at}, which must be there. */
    Optional<Long> at(Map<String, Entries.Entry> all, Node item, Subject subject) {
        if (!all.isEmpty() && !all.containsKey("at")) {
            reading.error(item, "E107", subject, "no `at`", "begin with the time: {at: 30s, temperature: 21}");
        }
        return Optional.ofNullable(all.get("at")).flatMap(this::time);
    }

    /** Milliseconds after the start. */
    Optional<Long> time(Entries.Entry entry) {
        Optional<Duration> time = reading.duration(entry);
        if (time.isPresent() && time.get().compareTo(LONGEST) > 0) {
            reading.error(entry, "E110", "a test longer than a year", "at most " + LONGEST.toDays() + "d");
            return Optional.empty();
        }
        return time.map(Duration::toMillis);
    }

    Optional<String> device(Entries.Entry entry) {
        Optional<String> device = reading.text(entry).map(Object::toString);
        if (device.isPresent() && !DeviceId.isValid(device.get())) {
            reading.error(
                    entry, "E108", "\"" + device.get() + "\" is no device id", "1 to 256 letters, digits and . _ : -");
            return Optional.empty();
        }
        return device;
    }
}
