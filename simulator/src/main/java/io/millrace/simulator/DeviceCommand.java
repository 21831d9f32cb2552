package io.millrace.simulator;

/** The commands of the seed firmware, and all others as one. */
public enum DeviceCommand {
    LED_ON,
    LED_OFF,
    FAN_ON,
    FAN_OFF,
    OTHER;

    static DeviceCommand of(String word) {
        return switch (word) {
            case "LED_ON" -> LED_ON;
            case "LED_OFF" -> LED_OFF;
            case "FAN_ON" -> FAN_ON;
            case "FAN_OFF" -> FAN_OFF;
            default -> OTHER;
        };
    }
}
