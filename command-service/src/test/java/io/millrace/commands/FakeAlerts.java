package io.millrace.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Alerts as the rule engine writes them. */
final class FakeAlerts {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private FakeAlerts() {}

    static AlertEvent firing(String fingerprint, String device) {
        return event(AlertEvent.State.FIRING, fingerprint, device, "warning", "telemetry/0/1", START);
    }

    static AlertEvent firing(String fingerprint, String device, String level, Instant at) {
        return event(AlertEvent.State.FIRING, fingerprint, device, level, "telemetry/0/5", at);
    }

    static AlertEvent resolved(String fingerprint, String device) {
        return event(
                AlertEvent.State.RESOLVED,
                fingerprint,
                device,
                "warning",
                "telemetry/0/9",
                START.plus(Duration.ofMinutes(5)));
    }

    private static AlertEvent event(
            AlertEvent.State state, String fingerprint, String device, String level, String cause, Instant at) {
        boolean ended = state == AlertEvent.State.RESOLVED;
        return new AlertEvent(
                state,
                Map.of("alertname", "TooHot", "device", device, "severity", "critical"),
                Map.of("summary", device + " is hot"),
                START,
                ended ? Optional.of(at) : Optional.empty(),
                fingerprint,
                Optional.of(new DeviceId(device)),
                "climate/TooHot",
                ended ? "r2" : "r1",
                cause,
                Optional.of(41.5),
                Optional.of(level),
                ended ? Optional.of("condition") : Optional.empty(),
                false,
                at);
    }

    static ProducerRecord<byte[], byte[]> record(Fleet fleet, AlertEvent event) {
        String key = "TooHot/" + event.deviceId().orElseThrow().value();
        return new ProducerRecord<>(fleet.topics().alerts(), key.getBytes(UTF_8), Json.write(event));
    }
}
