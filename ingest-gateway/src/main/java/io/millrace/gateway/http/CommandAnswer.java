package io.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A command as the answer to a poll has it. Pure. */
record CommandAnswer(String type, Map<String, String> headers, byte[] content) {
    static final Map<String, String> NOT_FOR_CACHES = Map.of("Cache-Control", "no-store");
    private static final String ANY = "application/octet-stream";

    /** The payload is a text if it is UTF-8, whatever it holds: as the sender gave it. */
    static CommandAnswer json(Dispatch command) {
        var json = Json.mapper().createObjectNode();
        json.put("commandId", command.commandId());
        Optional<String> text = text(command.payload());
        json.put("payload", text.orElseGet(() -> Base64.getEncoder().encodeToString(command.payload())));
        if (text.isEmpty()) {
            json.put("encoding", "base64");
        }
        command.contentType().ifPresent(type -> json.put("contentType", type));
        json.put("expiresAt", command.expiresAt().toString());
        json.put("attempt", command.attempt());
        return new CommandAnswer("application/json", NOT_FOR_CACHES, Json.write(json));
    }

    /** The payload alone, for boards without a JSON parser; the id is encoded as {@code ack=} takes it. */
    static CommandAnswer raw(Dispatch command) {
        return new CommandAnswer(
                command.contentType().filter(CommandAnswer::canBeHeader).orElse(ANY),
                Map.of(
                        "Cache-Control",
                        "no-store",
                        "Millrace-Command-Id",
                        URLEncoder.encode(command.commandId(), UTF_8),
                        "Millrace-Attempt",
                        Integer.toString(command.attempt()),
                        "Millrace-Expires-At",
                        command.expiresAt().toString()),
                command.payload());
    }

    /** Whoever sends a command must not be able to write headers of ours. */
    private static boolean canBeHeader(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    private static Optional<String> text(byte[] payload) {
        try {
            return Optional.of(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
