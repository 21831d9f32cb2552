package io.millrace.gateway.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what a device publishes on {@code devices/{id}/responses}: an object that says what became of which command, or a word, for
 * boards that have no JSON. Pure.
 */
public final class ResponseIntake {
    private static final Pattern GOOD = Pattern.compile("(?i)(ok|done|success|succeeded|true)\\b.*", Pattern.DOTALL);
    private static final Pattern BAD = Pattern.compile("(?i)(error|err|fail|failed|nok|false)\\b.*", Pattern.DOTALL);

    private ResponseIntake() {}

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static CommandEvent.Responded read(DeviceId device, byte[] payload, Instant at) {
        JsonNode json = tree(payload);
        if (!json.isObject()) {
            return word(device, json.isValueNode() ? json.asText() : "", at);
        }
        JsonNode id = json.path("commandId");
        if (!id.isMissingNode()
                && !id.isNull()
                && !(id.isTextual() && id.textValue().length() <= CommandRequest.MAX_ID_LENGTH)) {
            throw new IllegalArgumentException("commandId is not a text of at most 64 characters");
        }
        CommandStatus status =
                switch (json.path("status").asText()) {
                    case "succeeded" -> CommandStatus.SUCCEEDED;
                    case "failed" -> CommandStatus.FAILED;
                    default -> throw new IllegalArgumentException("status is neither succeeded nor failed");
                };
        return new CommandEvent.Responded(
                Optional.ofNullable(id.textValue()).filter(text -> !text.isEmpty()),
                device,
                at,
                status,
                Optional.ofNullable(json.get("detail")));
    }

    /** The first word says how it went; what is not understood is no answer, for nothing is taken for a success that may be none. */
    private static CommandEvent.Responded word(DeviceId device, String text, Instant at) {
        String trimmed = text.strip();
        boolean good = GOOD.matcher(trimmed).matches();
        if (!good && !BAD.matcher(trimmed).matches()) {
            throw new IllegalArgumentException("neither an object nor a text that begins with ok or error");
        }
        return new CommandEvent.Responded(
                Optional.empty(),
                device,
                at,
                good ? CommandStatus.SUCCEEDED : CommandStatus.FAILED,
                Optional.of(TextNode.valueOf(trimmed)));
    }

    /** Of what is no JSON, the text. */
    private static JsonNode tree(byte[] payload) {
        try {
            return Json.mapper().readTree(payload);
        } catch (IOException e) {
            return TextNode.valueOf(new String(payload, StandardCharsets.UTF_8));
        }
    }
}
