package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;

/** From {@code device-enrolments} into the registry, whose outbox tells the gateways. A wish that comes again changes nothing. */
public final class EnrolmentIntake {
    private final DeviceRegistry registry;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public EnrolmentIntake(DeviceRegistry registry, CommandServiceMetrics metrics, Clock clock) {
        this.registry = registry;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.ENROLMENTS, record -> Json.read(record.value(), Enrolment.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<Enrolment>> batch) {
        return Future.join(batch.stream()
                        .map(Decoded::value)
                        .map(wish -> registry.enrol(wish).onSuccess(metrics::enrolled))
                        .toList())
                .mapEmpty();
    }
}
