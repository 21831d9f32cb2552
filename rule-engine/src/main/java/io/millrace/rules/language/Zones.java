package io.millrace.rules.language;

import io.millrace.runtime.config.Nearest;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Names of time zones. */
final class Zones {

    private final Reading reading;

    Zones(Reading reading) {
        this.reading = reading;
    }

    Optional<ZoneId> zone(Entries.Entry entry) {
        Optional<String> name = reading.text(entry).map(passage -> passage.text());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (ZoneId.getAvailableZoneIds().contains(name.get())) {
            return Optional.of(ZoneId.of(name.get()));
        }
        String guess = nearest(name.get())
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("an IANA zone such as \"Europe/Berlin\" or \"UTC\"");
        reading.error(entry, "E111", "\"" + name.get() + "\" is no time zone", guess);
        return Optional.empty();
    }

    /** By its city, or else by spelling. */
    private static Optional<String> nearest(String name) {
        TreeSet<String> known = new TreeSet<>(ZoneId.getAvailableZoneIds());
        String city = "/" + name.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(zone -> zone.toLowerCase(Locale.ROOT).endsWith(city))
                .findFirst()
                .or(() -> Nearest.to(name, known));
    }
}
