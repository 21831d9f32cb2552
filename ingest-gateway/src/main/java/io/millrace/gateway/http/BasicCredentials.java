package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.DeviceId;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;

/** User and password of an {@code Authorization: Basic} header (RFC 7617). */
record BasicCredentials(String user, String password) {
    private static final String SCHEME = "Basic ";

    /**
     * Device ids may hold colons (a MAC address), which a user name in Basic may not: the longest name that is known decides
     * where the password begins, and if none is, the first colon.
     *
     * @param isKnown whether there is a device of that name
     */
    static Optional<BasicCredentials> of(String header, Predicate<String> isKnown) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String text;
        try {
            text = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()), UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        for (int colon = text.lastIndexOf(':', DeviceId.MAX_LENGTH);
                colon > 0;
                colon = text.lastIndexOf(':', colon - 1)) {
            if (isKnown.test(text.substring(0, colon))) {
                return at(text, colon);
            }
        }
        return at(text, text.indexOf(':'));
    }

    private static Optional<BasicCredentials> at(String text, int colon) {
        return colon < 0
                ? Optional.empty()
                : Optional.of(new BasicCredentials(text.substring(0, colon), text.substring(colon + 1)));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BasicCredentials[" + user + "]";
    }
}
