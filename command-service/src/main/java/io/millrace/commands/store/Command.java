package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.commands.life.Terms;
import io.millrace.schemas.CommandStatus;
import java.time.Instant;
import java.util.Optional;

/** A command as it stands in the database; {@code seq} is the order of acceptance. */
public record Command(
        String id,
        long seq,
        String deviceId,
        byte[] payload,
        Optional<String> contentType,
        String origin,
        Optional<String> rule,
        Optional<String> revision,
        Optional<String> cause,
        Optional<String> requestedBy,
        CommandStatus status,
        Optional<String> reason,
        Optional<JsonNode> result,
        int attempt,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> sentAt,
        Optional<Instant> deliveredAt,
        Optional<Instant> finishedAt,
        Terms terms,
        int retries,
        Optional<Instant> notBefore,
        Optional<String> batch) {

    /** What a statement on commands did to one of them. */
    public record Change(
            String commandId,
            String deviceId,
            Instant at,
            CommandStatus status,
            int attempt,
            Optional<String> reason,
            Instant acceptedAt) {}
}
