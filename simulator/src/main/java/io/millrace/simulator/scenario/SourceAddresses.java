package io.millrace.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of this host to connect from, single ones or a range in the last place: `127.0.0.1-8`. */
public final class SourceAddresses {
    public static final String EXPECTED = "an address of this host, or several like 127.0.0.1-8";

    private static final Pattern IPV4 =
            Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.)(\\d{1,3})(?:-(\\d{1,3}))?");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private SourceAddresses() {}

    /** Empty if it is none. */
    public static Optional<List<String>> parse(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (!matcher.matches()) {
            return IPV6.matcher(text).matches() ? Optional.of(List.of(text)) : Optional.empty();
        }
        int first = Integer.parseInt(matcher.group(2));
        int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
        if (last > 255 || first > last) {
            return Optional.empty();
        }
        List<String> addresses = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            addresses.add(matcher.group(1) + i);
        }
        return Optional.of(addresses);
    }
}
