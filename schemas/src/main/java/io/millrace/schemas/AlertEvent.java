package io.millrace.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A record of {@code alerts}, the shape of an Alertmanager alert; key {@code alertname/instance}. Events come in pairs: one
 * firing (and repeats, which equal it but for their time), then one resolved with the same fingerprint and start.
 *
 * @param labels identify the alert; {@code alertname} and {@code device} are always there
 * @param fingerprint stable id of (rule, instance, start): the same on a replay
 * @param startsAt when the episode began, in rule time
 * @param rule {@code group/name}
 * @param cause {@code telemetry/partition/offset} of the reading, or the timer's deadline
 * @param late the data that caused it were older than the rule's {@code max_age}
 */
public record AlertEvent(
        State status,
        Map<String, String> labels,
        Map<String, String> annotations,
        Instant startsAt,
        Optional<Instant> endsAt,
        String fingerprint,
        Optional<DeviceId> deviceId,
        String rule,
        String revision,
        String cause,
        Optional<Double> value,
        Optional<String> level,
        Optional<String> reason,
        boolean late,
        Instant at) {
    public AlertEvent {
        labels = Map.copyOf(labels);
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
        endsAt = endsAt == null ? Optional.empty() : endsAt;
        deviceId = deviceId == null ? Optional.empty() : deviceId;
        value = value == null ? Optional.empty() : value;
        level = level == null ? Optional.empty() : level;
        reason = reason == null ? Optional.empty() : reason;
    }

    /** Whether the condition holds now. */
    public enum State {
        FIRING,
        RESOLVED;

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        public static State parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
