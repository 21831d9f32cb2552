package io.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device as {@code device-registry} has it. A tombstone (null value) means that the device was deleted.
 *
 * @param attributes values that rules can read as {@code device.name}: text, number or bool
 * @param config desired configuration, sent to {@code devices/{id}/config}
 * @param secrets digests of the secrets that are valid now; more than one while a rotation overlaps
 * @param revision rises with every change of the device
 */
public record DeviceRecord(
        DeviceId id,
        Optional<String> type,
        Map<String, String> labels,
        Map<String, JsonNode> attributes,
        Optional<JsonNode> config,
        List<SecretDigest> secrets,
        boolean enabled,
        long revision,
        Instant updatedAt) {
    public DeviceRecord {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
        secrets = secrets == null ? List.of() : List.copyOf(secrets);
        type = type == null ? Optional.empty() : type;
        // Jackson reads an absent Optional of a tree as one that holds JSON's null.
        config = config == null ? Optional.empty() : config.filter(tree -> !tree.isNull());
    }
}
