package io.millrace.gateway.http;

import io.millrace.schemas.Json;
import io.millrace.schemas.RejectReason;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;

/**
 * What is wrong with a request, as RFC 9457 has it. The code is stable, for programs; the detail is for a person.
 *
 * @param headers that belong to the status
 */
record Problem(int status, String code, String detail, Map<String, String> headers) {
    private static final Map<String, String> NONE = Map.of();
    private static final String RETRY_SECONDS = "5";

    Problem {
        headers = Map.copyOf(headers);
    }

    /** For an unknown device and a wrong secret alike. */
    static Problem unauthorized() {
        return new Problem(
                401,
                "unauthorized",
                "unknown device or wrong secret (expected Basic with the device's id and secret, or Bearer with its token)",
                Map.of("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\""));
    }

    static Problem foreignDevice(String device) {
        return new Problem(403, "foreign-device", "device \"" + device + "\" may only use what is its own", NONE);
    }

    /** Known and right, but disabled; or no device at all. */
    static Problem notAuthorized() {
        return new Problem(403, "not-authorized", "these credentials are not those of an enabled device", NONE);
    }

    /** It is neither shown nor changed. */
    static Problem deviceExists(String device) {
        return new Problem(409, "device-exists", "device \"" + device + "\" is there already", NONE);
    }

    static Problem notFound() {
        return new Problem(404, "not-found", "there is nothing at this path", NONE);
    }

    static Problem methodNotAllowed(HttpMethod expected) {
        return new Problem(
                405, "method-not-allowed", "only " + expected + " is known here", Map.of("Allow", expected.name()));
    }

    static Problem takenOver() {
        return new Problem(
                409,
                "taken-over",
                "a newer session of this device, perhaps over MQTT, has taken the place of this one",
                Map.of("Retry-After", RETRY_SECONDS));
    }

    static Problem tooSlow(Duration timeout) {
        return new Problem(408, "too-slow", "the request did not arrive within " + timeout.toMillis() + " ms", NONE);
    }

    static Problem unsupportedType(String what) {
        return new Problem(
                415,
                "unsupported-media-type",
                what + " (expected " + BodyType.SUPPORTED + ")",
                Map.of("Accept-Post", BodyType.SUPPORTED));
    }

    /** Attempts to authenticate; this one was not looked at. */
    static Problem tooManyFailures(Duration wait) {
        return new Problem(
                429,
                "too-many-failures",
                "too many attempts with wrong credentials",
                Map.of("Retry-After", Long.toString(wait.toSeconds() + 1)));
    }

    static Problem internal() {
        return new Problem(500, "internal", "the gateway has failed; its log says why", NONE);
    }

    static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", detail, Map.of("Retry-After", RETRY_SECONDS));
    }

    static Problem kafkaAway() {
        return unavailable("Kafka does not answer");
    }

    static Problem badRequest(String code, String detail) {
        return new Problem(400, code, detail, NONE);
    }

    static Problem rateLimited(long seconds) {
        return rateLimited("this device posts faster than its limit", seconds);
    }

    static Problem keyRateLimited(long seconds) {
        return rateLimited("too many boards ask with this key (provisioning.requests-per-second)", seconds);
    }

    private static Problem rateLimited(String detail, long seconds) {
        return new Problem(
                429, RejectReason.RATE_LIMITED.text(), detail, Map.of("Retry-After", Long.toString(seconds)));
    }

    static Problem rejected(RejectReason reason, String detail) {
        return switch (reason) {
            case NOT_JSON, NOT_OBJECT -> badRequest(reason.text(), detail);
            case TOO_LARGE -> new Problem(413, reason.text(), detail, NONE);
            case NOT_AUTHORIZED -> new Problem(403, reason.text(), detail, NONE);
            case RATE_LIMITED -> new Problem(429, reason.text(), detail, Map.of("Retry-After", RETRY_SECONDS));
        };
    }

    byte[] json() {
        var json = Json.mapper().createObjectNode();
        json.put("type", "urn:millrace:problem:" + code);
        json.put("title", code.replace('-', ' '));
        json.put("status", status);
        json.put("code", code);
        json.put("detail", detail);
        return Json.write(json);
    }
}
