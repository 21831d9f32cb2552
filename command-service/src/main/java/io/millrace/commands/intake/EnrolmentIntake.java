package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import io.millrace.commands.dispatch.Publisher;
import io.millrace.commands.intake.BatchIntake.Decoded;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.schemas.Enrolment;
import io.millrace.schemas.EnrolmentRefusal;
import io.millrace.schemas.Json;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;

/**
 * From {@code device-enrolments} into the registry, whose outbox tells the gateways. A wish that comes again changes nothing. One that
 * is not followed because the device has been seen already is answered on {@code enrolment-refusals}: the registry says nothing of it.
 */
public final class EnrolmentIntake {
    private final DeviceRegistry registry;
    private final Publisher publisher;
    private final Topics topics;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public EnrolmentIntake(
            DeviceRegistry registry, Publisher publisher, Topics topics, CommandServiceMetrics metrics, Clock clock) {
        this.registry = registry;
        this.publisher = publisher;
        this.topics = topics;
        this.metrics = metrics;
        this.clock = clock;
    }

    public RecordHandler records() {
        return new BatchIntake<>(
                Intake.ENROLMENTS, record -> Json.read(record.value(), Enrolment.class), this::take, metrics, clock);
    }

    private Future<Void> take(List<Decoded<Enrolment>> batch) {
        return Future.join(batch.stream().map(Decoded::value).map(this::enrol).toList())
                .mapEmpty();
    }

    private Future<Void> enrol(Enrolment wish) {
        return registry.enrol(wish)
                .onSuccess(metrics::enrolled)
                .compose(entered -> entered || wish.source() != Enrolment.Source.PROVISIONING_KEY
                        ? Future.succeededFuture(false)
                        : registry.isOnlySeen(wish.deviceId()))
                .compose(refused -> refused
                        ? publisher.send(
                                new EnrolmentRefusal(wish.deviceId(), wish.slot(), clock.instant()).toRecord(topics))
                        : Future.succeededFuture());
    }
}
