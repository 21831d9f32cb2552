package io.millrace.commands.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a webhook goes. */
public record WebhookUrl(boolean tls, String host, int port, String pathAndQuery) {
    public static final String EXPECTED = "http:// or https:// with a host, at most 2048 characters, no user and no #";
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException if it cannot be used */
    public static WebhookUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(EXPECTED, e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        int port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
        if (text.length() > MAX_LENGTH
                || !tls && !scheme.equals("http")
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null
                || port == 0
                || port > MAX_PORT
                || text.chars().anyMatch(c -> c > '~')) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new WebhookUrl(
                tls, uri.getHost(), port, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }
}
