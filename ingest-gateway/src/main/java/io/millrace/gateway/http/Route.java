package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.DeviceId;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.util.Optional;

/**
 * What a path asks for.
 *
 * @param deviceId as the path names it; empty for {@link Resource#DATA} and {@link Resource#PROVISION}, whose bodies name it
 */
record Route(Resource resource, String deviceId, Optional<String> channel) {
    /** What there is, and the one method that it knows. */
    enum Resource {
        TELEMETRY(HttpMethod.POST),
        DATA(HttpMethod.POST),
        RESPONSES(HttpMethod.POST),
        CONFIG(HttpMethod.GET),
        COMMANDS(HttpMethod.GET),
        PROVISION(HttpMethod.POST);

        private final HttpMethod method;

        Resource(HttpMethod method) {
            this.method = method;
        }

        HttpMethod method() {
            return method;
        }
    }

    private static final String DEVICES = "/devices/";
    private static final String TELEMETRY = "telemetry";

    /** @param path as it stands in the request, without query */
    static Optional<Route> of(String path) {
        if (path.equals("/api/data")) {
            return Optional.of(new Route(Resource.DATA, "", Optional.empty()));
        }
        if (path.equals("/provision")) {
            return Optional.of(new Route(Resource.PROVISION, "", Optional.empty()));
        }
        int end = path.startsWith(DEVICES) ? path.indexOf('/', DEVICES.length()) : -1;
        if (end < 0) {
            return Optional.empty();
        }
        Optional<String> id = decoded(path.substring(DEVICES.length(), end)).filter(DeviceId::isValid);
        return id.flatMap(device -> below(device, path.substring(end + 1)));
    }

    private static Optional<Route> below(String device, String rest) {
        return switch (rest) {
            case TELEMETRY -> Optional.of(new Route(Resource.TELEMETRY, device, Optional.empty()));
            case "responses" -> Optional.of(new Route(Resource.RESPONSES, device, Optional.empty()));
            case "commands" -> Optional.of(new Route(Resource.COMMANDS, device, Optional.empty()));
            case "config" -> Optional.of(new Route(Resource.CONFIG, device, Optional.empty()));
            default ->
                rest.startsWith(TELEMETRY + "/")
                        ? decoded(rest.substring(TELEMETRY.length() + 1))
                                .filter(Route::isChannel)
                                .map(channel -> new Route(Resource.TELEMETRY, device, Optional.of(channel)))
                        : Optional.empty();
        };
    }

    /** What could be the end of an MQTT topic too. */
    private static boolean isChannel(String text) {
        return !text.isEmpty()
                && text.chars().noneMatch(c -> c == '+' || c == '#' || c == '\uFFFD' || Character.isISOControl(c));
    }

    private static Optional<String> decoded(String part) {
        try {
            return Optional.of(URLDecoder.decode(part.replace("+", "%2B"), UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
