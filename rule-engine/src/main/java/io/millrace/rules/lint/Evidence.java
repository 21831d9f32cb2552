package io.millrace.rules.lint;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Selection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the fleet beside its rules: telemetry that was recorded, and what the registry says. Either may be absent.
 *
 * @param recording of each device that sent something, what it sent
 * @param registry of each device its labels and attributes
 */
public record Evidence(Optional<Recording> recording, Optional<Map<String, DeviceAttributes>> registry) {

    /** Nothing is known: rules are judged by themselves. */
    public static final Evidence NONE = new Evidence(Optional.empty(), Optional.empty());

    /** The recorded devices that a selection means; without a registry its labels are not looked at. */
    List<Recording.Device> heard(Selection selection) {
        return recording
                .map(Recording::devices)
                .map(devices -> devices.stream()
                        .filter(device -> selects(selection, device.id()))
                        .toList())
                .orElse(List.of());
    }

    private boolean selects(Selection selection, String id) {
        if (registry.isPresent()) {
            return selection.matches(id, registry.get().getOrDefault(id, DeviceAttributes.UNREGISTERED));
        }
        return !selection.byIdOnly() || selection.matches(id, DeviceAttributes.UNREGISTERED);
    }

    /** Every device that is known, if its labels are known too or do not matter. */
    Optional<Collection<String>> devices(Selection selection) {
        if (registry.isPresent()) {
            return Optional.of(registry.get().keySet());
        }
        return recording
                .filter(any -> selection.byIdOnly())
                .map(found -> found.devices().stream().map(Recording.Device::id).toList());
    }

    boolean matches(Selection selection, String id) {
        return selects(selection, id);
    }
}
