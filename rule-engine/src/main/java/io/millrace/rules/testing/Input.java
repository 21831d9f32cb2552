package io.millrace.rules.testing;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.RuleSet;
import java.util.Map;
import java.util.Optional;

/** Something that happens in a test; {@code at} is milliseconds after its start. */
public sealed interface Input {

    long at();

    /** A reading as it comes from the device. */
    record Message(long at, String device, byte[] payload) implements Input {}

    /** All gateways stop, or are back. */
    record Gateway(long at, boolean up) implements Input {}

    /** The engine stops and another one takes up what was stored. */
    record Restart(long at) implements Input {}

    /** Other rules from now on. */
    record Rules(long at, RuleSet rules) implements Input {}

    /** The registry's entry of a device changes; without a change it is deleted. */
    record Registry(long at, String device, Optional<Change> change) implements Input {}

    /** What is named gets that value, or is removed; all else stays. */
    record Change(Map<String, Optional<String>> labels, Map<String, Optional<Object>> attributes) {

        DeviceAttributes applied(DeviceAttributes before) {
            return new DeviceAttributes(merged(before.labels(), labels), merged(before.attributes(), attributes));
        }

        private static <T> Map<String, T> merged(Map<String, T> before, Map<String, Optional<T>> change) {
            Map<String, T> after = new java.util.HashMap<>(before);
            change.forEach(
                    (name, value) -> value.ifPresentOrElse(found -> after.put(name, found), () -> after.remove(name)));
            return after;
        }
    }
}
