package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A device as it stands in the database.
 *
 * @param registered entered by a person or program; if not, it was let in by a gateway and has only been seen
 */
public record Device(
        DeviceId id,
        boolean registered,
        Optional<String> type,
        Map<String, String> labels,
        Map<String, JsonNode> attributes,
        Optional<JsonNode> config,
        Credentials credentials,
        boolean enabled,
        long revision,
        Instant createdAt,
        Instant updatedAt) {

    /** As gateways and rule engines get to know it. */
    public DeviceRecord toRecord() {
        return new DeviceRecord(
                id,
                type,
                labels,
                attributes,
                config,
                credentials.secrets(),
                credentials.jwtKeys(),
                credentials.certificateFingerprints(),
                credentials.pskGeneration(),
                enabled,
                revision,
                updatedAt);
    }

    public Device withCredentials(Credentials changed) {
        return new Device(
                id, registered, type, labels, attributes, config, changed, enabled, revision, createdAt, updatedAt);
    }

    public Device withConfig(Optional<JsonNode> value) {
        return new Device(
                id, registered, type, labels, attributes, value, credentials, enabled, revision, createdAt, updatedAt);
    }

    /** The next revision; whoever changes a device that was only seen registers it. */
    Device changed(Instant now) {
        return new Device(
                id, true, type, labels, attributes, config, credentials, enabled, revision + 1, createdAt, now);
    }
}
