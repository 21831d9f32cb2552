package io.millrace.gateway.topic;

import io.millrace.schemas.DeviceTopic;

/** What a topic is to the device that publishes to it. Compares in place: a reading's topic makes no garbage here. */
public enum OwnTopic {
    TELEMETRY,
    /** {@code telemetry/{channel}}. */
    TELEMETRY_CHANNEL,
    STATE,
    RESPONSES,
    /** Another device's, or one of its own that it only reads, or none of ours. */
    FOREIGN;

    private static final String TELEMETRY_BRANCH = "telemetry";

    public static OwnTopic of(String topic, String deviceId) {
        if (!isOwn(topic, deviceId)) {
            return FOREIGN;
        }
        int branch = branchStart(deviceId);
        int length = topic.length() - branch;
        if (topic.startsWith(TELEMETRY_BRANCH, branch)) {
            if (length == TELEMETRY_BRANCH.length()) {
                return TELEMETRY;
            }
            return length > TELEMETRY_BRANCH.length() + 1 && topic.charAt(branch + TELEMETRY_BRANCH.length()) == '/'
                    ? TELEMETRY_CHANNEL
                    : FOREIGN;
        }
        if (length == 5 && topic.startsWith("state", branch)) {
            return STATE;
        }
        return length == 9 && topic.startsWith("responses", branch) ? RESPONSES : FOREIGN;
    }

    /** Whether the topic or filter lies below {@code devices/{id}/}. */
    public static boolean isOwn(String topic, String deviceId) {
        int slash = branchStart(deviceId) - 1;
        return topic.length() > slash + 1
                && topic.charAt(slash) == '/'
                && topic.startsWith(DeviceTopic.ROOT)
                && topic.startsWith(deviceId, DeviceTopic.ROOT.length());
    }

    /** The channel of a {@link #TELEMETRY_CHANNEL} topic. */
    public static String channel(String topic, String deviceId) {
        return topic.substring(branchStart(deviceId) + TELEMETRY_BRANCH.length() + 1);
    }

    private static int branchStart(String deviceId) {
        return DeviceTopic.ROOT.length() + deviceId.length() + 1;
    }
}
