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
 * @param anonymous registered by a change after it had only been seen, and without anything to show ever since
 */
public record Device(
        DeviceId id,
        boolean registered,
        Optional<String> type,
        Map<String, String> labels,
        Map<String, JsonNode> attributes,
        Optional<JsonNode> config,
        Credentials credentials,
        boolean anonymous,
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
                anonymous,
                enabled,
                revision,
                updatedAt);
    }

    public Device withCredentials(Credentials changed) {
        return new Device(
                id,
                registered,
                type,
                labels,
                attributes,
                config,
                changed,
                anonymous,
                enabled,
                revision,
                createdAt,
                updatedAt);
    }

    public Device withConfig(Optional<JsonNode> value) {
        return new Device(
                id,
                registered,
                type,
                labels,
                attributes,
                value,
                credentials,
                anonymous,
                enabled,
                revision,
                createdAt,
                updatedAt);
    }

    /**
     * The next revision; whoever changes a device that was only seen registers it. It goes on to be anonymous, if it was, until it
     * is given something to show: once and for all.
     */
    Device changed(Instant now) {
        boolean still = (anonymous || !registered) && credentials.equals(Credentials.NONE);
        return new Device(
                id, true, type, labels, attributes, config, credentials, still, enabled, revision + 1, createdAt, now);
    }
}
