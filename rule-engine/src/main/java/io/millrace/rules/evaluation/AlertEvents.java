package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How an episode is told: the same fingerprint in each of its events, on each replay. */
final class AlertEvents {

    private AlertEvents() {}

    static AlertEvent event(
            RuleId rule,
            String revision,
            String deviceId,
            String alertName,
            AlertEvent.State state,
            Map<String, String> labels,
            Map<String, String> annotations,
            long startsAt,
            Optional<Double> value,
            Optional<String> level,
            Optional<String> reason,
            boolean late,
            Moment moment) {
        Instant now = Instant.ofEpochMilli(moment.now());
        return new AlertEvent(
                state,
                labels,
                annotations,
                Instant.ofEpochMilli(startsAt),
                state == AlertEvent.State.RESOLVED
                        ? Optional.of(Instant.ofEpochMilli(moment.asOf()))
                        : Optional.empty(),
                Hashes.id(rule.toString(), alertName, deviceId, Long.toString(startsAt)),
                Optional.of(new DeviceId(deviceId)),
                rule.toString(),
                revision,
                moment.cause(),
                value,
                level,
                reason,
                late,
                now);
    }
}
