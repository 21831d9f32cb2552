package io.millrace.simulator;

import java.util.Optional;
import java.util.regex.Pattern;

/** Who a simulated device is, and how it proves it. Without a user name the device is known by its client id alone (anonymous). */
public record DeviceCredentials(String deviceId, Optional<String> userName, Optional<String> password) {
    private static final Pattern DEVICE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,256}");

    public DeviceCredentials {
        if (!DEVICE_ID.matcher(deviceId).matches()) {
            throw new IllegalArgumentException(
                    "device id: \"" + deviceId + "\" (expected 1 to 256 characters of A-Z a-z 0-9 . _ : -)");
        }
        if (password.isPresent() && userName.isEmpty()) {
            // [MQTT-3.1.2-22]
            throw new IllegalArgumentException("device " + deviceId + ": a password needs a user name");
        }
    }

    /** A device that is let in by its name, as `--allow-anonymous` does. */
    public static DeviceCredentials anonymous(String deviceId) {
        return new DeviceCredentials(deviceId, Optional.empty(), Optional.empty());
    }

    /** A registered device: user name = device id. */
    public static DeviceCredentials withSecret(String deviceId, String secret) {
        return new DeviceCredentials(deviceId, Optional.of(deviceId), Optional.of(secret));
    }

    /** Leaves the secret out, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "DeviceCredentials[" + deviceId + (password.isPresent() ? ", with a password]" : "]");
    }
}
