package io.millrace.standalone;

import io.millrace.commands.FirstAccess;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Role;
import java.util.Map;
import java.util.Optional;

/**
 * What a first start made so that somebody can begin. Secrets are here only when they were made just now: what is kept are
 * their digests.
 *
 * @param adminPassword empty if it was made before, or given by the environment
 * @param deviceSecret of the ready-made device
 * @param operatorKey for REST, and over MQTT the password of the user {@code operatorName}
 */
record Access(
        String adminUser,
        Optional<String> adminPassword,
        String deviceId,
        Optional<String> deviceSecret,
        String operatorName,
        Optional<String> operatorKey) {
    private static final String DEVICE = "esp32-01";
    private static final String OPERATOR = "operator";

    /** Makes what is not there yet. */
    static Access of(FirstAccess first) {
        DeviceId device = new DeviceId(DEVICE);
        return new Access(
                first.adminUsername(),
                first.madeUpAdminPassword(),
                DEVICE,
                first.createDeviceIfAbsent(device, Optional.of("esp32"), Map.of()),
                OPERATOR,
                first.createApiKeyIfAbsent(OPERATOR, Role.OPERATOR));
    }

    /** Whether the secrets were made just now. */
    boolean isFirst() {
        return deviceSecret.isPresent() && operatorKey.isPresent();
    }
}
