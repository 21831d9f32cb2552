package io.millrace.schemas;

import java.util.Optional;

/**
 * An MQTT topic of the device tree, {@code devices/{id}/{branch}} with a channel below telemetry. Anything else is no topic of
 * ours and parses to empty.
 */
public record DeviceTopic(DeviceId deviceId, Branch branch, Optional<String> channel) {
    public static final String ROOT = "devices/";

    /** What lies below a device. */
    public enum Branch {
        TELEMETRY,
        COMMANDS,
        RESPONSES,
        STATE,
        CONFIG;

        private final String segment = name().toLowerCase(java.util.Locale.ROOT);

        public String segment() {
            return segment;
        }
    }

    public static String of(DeviceId device, Branch branch) {
        return ROOT + device.value() + "/" + branch.segment();
    }

    public static Optional<DeviceTopic> parse(String topic) {
        if (!topic.startsWith(ROOT)) {
            return Optional.empty();
        }
        int idEnd = topic.indexOf('/', ROOT.length());
        if (idEnd < 0) {
            return Optional.empty();
        }
        String id = topic.substring(ROOT.length(), idEnd);
        if (!DeviceId.isValid(id)) {
            return Optional.empty();
        }
        int branchEnd = topic.indexOf('/', idEnd + 1);
        String segment = branchEnd < 0 ? topic.substring(idEnd + 1) : topic.substring(idEnd + 1, branchEnd);
        Optional<String> channel = branchEnd < 0 ? Optional.empty() : Optional.of(topic.substring(branchEnd + 1));
        for (Branch branch : Branch.values()) {
            if (branch.segment().equals(segment)) {
                boolean channelFits = channel.isEmpty()
                        || branch == Branch.TELEMETRY && !channel.get().isEmpty();
                return channelFits ? Optional.of(new DeviceTopic(new DeviceId(id), branch, channel)) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
