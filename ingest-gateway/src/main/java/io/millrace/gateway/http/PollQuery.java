package io.millrace.gateway.http;

import io.millrace.schemas.CommandRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a poll asks for. Pure.
 *
 * @param patience as long as it wants to
 * @param acknowledges the command that the device has got
 * @param qos 0 if the device will not acknowledge
 * @param raw whether the answer is to be the payload and nothing else
 */
record PollQuery(Duration patience, Optional<String> acknowledges, int qos, boolean raw) {
    static final int MAX_WAIT_SECONDS = 60;

    /**
     * @param query as it stands in the request; null if there is none
     * @param accept the header; null if there is none
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static PollQuery of(@Nullable String query, @Nullable String accept) {
        Map<String, List<String>> parameters =
                query == null ? Map.of() : new QueryStringDecoder(query, false).parameters();
        Optional<String> acknowledges = first(parameters, "ack").filter(id -> !id.isEmpty());
        acknowledges.filter(id -> id.length() > CommandRequest.MAX_ID_LENGTH).ifPresent(id -> {
            throw new IllegalArgumentException("ack: " + id.length() + " characters (expected a command's id, at most "
                    + CommandRequest.MAX_ID_LENGTH + ")");
        });
        return new PollQuery(
                Duration.ofSeconds(number(parameters, "wait", 0, MAX_WAIT_SECONDS, " seconds")),
                acknowledges,
                number(parameters, "qos", 1, 1, ""),
                accept != null && isRaw(accept));
    }

    private static boolean isRaw(String accept) {
        return !accept.contains("application/json")
                && (accept.contains("text/plain") || accept.contains("application/octet-stream"));
    }

    private static int number(Map<String, List<String>> parameters, String name, int standard, int most, String unit) {
        Optional<String> text = first(parameters, name);
        if (text.isEmpty()) {
            return standard;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number that is out of bounds.
        }
        throw new IllegalArgumentException(name + ": " + text.get() + " (expected 0 to " + most + unit + ")");
    }

    private static Optional<String> first(Map<String, List<String>> parameters, String name) {
        return parameters.getOrDefault(name, List.of()).stream().findFirst();
    }
}
