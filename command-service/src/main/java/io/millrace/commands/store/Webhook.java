package io.millrace.commands.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is told what. Empty devices, rules or labels stand for all.
 *
 * @param secret sealed
 * @param disabledReason why we no longer tell him, if we decided so
 */
public record Webhook(
        String id,
        String name,
        String url,
        List<String> events,
        List<String> devices,
        List<String> rules,
        Map<String, String> labels,
        byte[] secret,
        boolean enabled,
        Optional<String> disabledReason,
        Instant createdAt,
        String createdBy,
        Instant updatedAt) {
    public Webhook {
        events = List.copyOf(events);
        devices = List.copyOf(devices);
        rules = List.copyOf(rules);
        labels = Map.copyOf(labels);
    }
}
