package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What one receiver is told.
 *
 * @param id the receiver's {@code webhook-id}, the same in every attempt
 * @param subject the alert or command that it is about; messages on one subject go out in order
 * @param dueAt of the next attempt
 * @param httpStatus of the last attempt, if there was an answer
 */
public record WebhookMessage(
        long n,
        String id,
        String webhookId,
        String event,
        String subject,
        JsonNode data,
        Status status,
        int attempt,
        Instant createdAt,
        Instant dueAt,
        Optional<Instant> triedAt,
        Optional<Integer> tookMillis,
        Optional<Integer> httpStatus,
        Optional<String> error,
        Optional<Instant> finishedAt) {

    /** How far it is. */
    public enum Status {
        PENDING,
        DELIVERED,
        FAILED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Status parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** One that this instance may try now, with what it needs for that. */
    public record Claimed(WebhookMessage message, String url, String receiver, byte[] secret) {}

    /**
     * What came of an attempt.
     *
     * @param error empty if it was taken
     */
    public record Attempt(Optional<Integer> httpStatus, Optional<String> error, int tookMillis) {}
}
