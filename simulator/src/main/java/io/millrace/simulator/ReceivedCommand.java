package io.millrace.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A command as the board reads it: a plain word, or a JSON object with the word in `command` and, if the sender wants an answer,
 * its id in `commandId` or `id`.
 */
record ReceivedCommand(DeviceCommand command, String word, Optional<String> id) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static ReceivedCommand of(String payload) {
        String text = payload.strip();
        if (!text.startsWith("{")) {
            return new ReceivedCommand(DeviceCommand.of(text), text, Optional.empty());
        }
        try {
            JsonNode json = JSON.readTree(text);
            String word = json.path("command").asText();
            JsonNode id = json.has("commandId") ? json.path("commandId") : json.path("id");
            return new ReceivedCommand(
                    DeviceCommand.of(word), word, Optional.of(id.asText()).filter(value -> !value.isEmpty()));
        } catch (JsonProcessingException broken) {
            // To the board this is one more word that it does not know.
            return new ReceivedCommand(DeviceCommand.OTHER, text, Optional.empty());
        }
    }

    /** What goes to `devices/{id}/responses`. */
    byte[] response() {
        ObjectNode response = JSON.createObjectNode();
        id.ifPresent(value -> response.put("commandId", value));
        if (command == DeviceCommand.OTHER) {
            response.put("status", "failed").put("detail", "unknown command");
        } else {
            response.put("status", "succeeded");
        }
        return response.toString().getBytes(StandardCharsets.UTF_8);
    }
}
