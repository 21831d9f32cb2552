package io.millrace.commands.live;

import java.util.Set;

/**
 * What a listener wants to hear.
 *
 * @param types at least one
 * @param devices ids; empty for all
 */
public record LiveFilter(Set<LiveEvent.Type> types, Set<String> devices) {
    public LiveFilter {
        types = Set.copyOf(types);
        devices = Set.copyOf(devices);
    }

    boolean takes(LiveEvent event) {
        return types.contains(event.type())
                && (devices.isEmpty()
                        || event.device().filter(devices::contains).isPresent());
    }
}
