package io.millrace.rules.model;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How a rule is run: switched on, for real, and for how many devices.
 *
 * @param dryRun everything but the action: would-be commands go to the dry-run topic
 * @param rollout percentage of devices; always the same ones, for every rule
 * @param renamedFrom the rule of the same group whose state it takes over
 */
public record Operation(
        boolean enabled, boolean dryRun, int rollout, OnRemoved onRemoved, Optional<String> renamedFrom) {

    /** What happens to a firing instance when its rule is deleted. */
    public enum OnRemoved {
        /** The alert is closed, nothing is sent. */
        RESOLVE,
        /** {@code on_resolved} runs as well. */
        RUN
    }

    public Operation {
        if (rollout < 0 || rollout > 100) {
            throw new IllegalArgumentException("rollout " + rollout + " (expected 0 to 100)");
        }
    }

    boolean reaches(String deviceId) {
        if (rollout == 100) {
            return true;
        }
        CRC32 hash = new CRC32();
        hash.update(deviceId.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % 100 < rollout;
    }
}
