package io.millrace.simulator;

/** The topics of one device, `devices/{id}/…`. Put together anew for each packet: two strings less for each device of a fleet. */
enum DeviceTopic {
    TELEMETRY("/telemetry"),
    RESPONSES("/responses"),
    COMMANDS("/commands");

    static final String BEFORE_ID = "devices/";

    private final String afterId;

    DeviceTopic(String afterId) {
        this.afterId = afterId;
    }

    String afterId() {
        return afterId;
    }

    /** Of a device id, which is ASCII. */
    int length(String deviceId) {
        return BEFORE_ID.length() + deviceId.length() + afterId.length();
    }

    String of(String deviceId) {
        return BEFORE_ID + deviceId + afterId;
    }
}
