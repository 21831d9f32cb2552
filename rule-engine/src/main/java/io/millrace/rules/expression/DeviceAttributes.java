package io.millrace.rules.expression;

import java.util.Map;

/**
 * What the registry says of a device, as far as rules can ask: labels ({@code device.labels.site}) and attributes
 * ({@code device.maxTemp}; Double, Boolean, String, or a List of these). More than {@link Bounds} allow is left out.
 */
public record DeviceAttributes(Map<String, String> labels, Map<String, Object> attributes) {

    /** A device that the registry does not know. */
    public static final DeviceAttributes UNREGISTERED = new DeviceAttributes(Map.of(), Map.of());

    public DeviceAttributes {
        labels = Map.copyOf(Bounds.within(labels));
        attributes = Map.copyOf(Bounds.within(attributes));
    }
}
