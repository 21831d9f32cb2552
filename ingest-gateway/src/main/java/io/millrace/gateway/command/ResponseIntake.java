package io.millrace.gateway.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Reads what a device publishes on {@code devices/{id}/responses}. Pure. */
public final class ResponseIntake {
    private ResponseIntake() {}

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static CommandEvent.Responded read(DeviceId device, byte[] payload, Instant at) {
        JsonNode json = tree(payload);
        if (!json.isObject()) {
            throw new IllegalArgumentException("not an object");
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

    private static JsonNode tree(byte[] payload) {
        try {
            return Json.mapper().readTree(payload);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }
}
