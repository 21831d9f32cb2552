package io.millrace.commands.dispatch;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.store.AcceptStore;
import io.millrace.commands.store.ClaimStore;
import io.millrace.commands.store.Command;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses what goes to which device now, and tells Kafka: dispatch records to the gateways, changes of status to everybody.
 * Always after the database has committed, so a record may be missing after a crash (the sweeper sends the command again) but
 * never tells what is not so. Any thread.
 */
public final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final AcceptStore acceptance;
    private final ClaimStore claims;
    private final Publisher publisher;
    private final Topics topics;
    private final CommandServiceMetrics metrics;
    private final Clock clock;

    public Dispatcher(
            AcceptStore acceptance,
            ClaimStore claims,
            Publisher publisher,
            Topics topics,
            CommandServiceMetrics metrics,
            Clock clock) {
        this.acceptance = acceptance;
        this.claims = claims;
        this.publisher = publisher;
        this.topics = topics;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Sends the oldest waiting command to each of these devices that is ready and free; how many were sent. */
    public Future<Integer> dispatchNext(Collection<String> devices) {
        if (devices.isEmpty()) {
            return Future.succeededFuture(0);
        }
        return claims.claim(devices, clock.instant()).map(claimed -> {
            claimed.forEach(one -> {
                var unused = write(one.dispatch());
                tell(sent(one));
            });
            return claimed.size();
        });
    }

    private Command.Change sent(ClaimStore.Claimed claimed) {
        Dispatch dispatch = claimed.dispatch();
        return new Command.Change(
                dispatch.commandId(),
                dispatch.deviceId().value(),
                clock.instant(),
                CommandStatus.SENT,
                dispatch.attempt(),
                Optional.empty(),
                claimed.acceptedAt());
    }

    /**
     * Tells what became of new commands, sends those that may go at once, and looks again for those that were queued: the
     * device may have become free while they were inserted. Completes when they are on disk.
     *
     * @param given how many were asked for; those that are not among the accepted were there already
     * @param received when this service got hold of them
     */
    public Future<Void> accepted(int given, List<AcceptStore.Accepted> accepted, Instant received) {
        metrics.accepted(given, accepted.size());
        for (AcceptStore.Accepted one : accepted) {
            one.dispatch().ifPresent(dispatch -> write(dispatch)
                    .onSuccess(done -> metrics.dispatchTook(Duration.between(received, clock.instant()))));
        }
        for (AcceptStore.Accepted one : accepted) {
            if (one.change().status() == CommandStatus.SENT) {
                // It was queued on its way, for no time at all.
                metrics.changed(CommandStatus.QUEUED);
            }
            tell(one.change());
        }
        List<String> queued = accepted.stream()
                .filter(one -> one.change().status() == CommandStatus.QUEUED)
                .map(one -> one.change().deviceId())
                .distinct()
                .toList();
        return dispatchNext(queued).compose(sent -> acceptance.flush());
    }

    private Future<Void> write(Dispatch dispatch) {
        return publisher
                .send(dispatch.toRecord(topics))
                .onSuccess(done -> metrics.dispatched())
                .onFailure(failure -> {
                    metrics.dispatchFailed();
                    log.atWarn()
                            .addKeyValue("commandId", dispatch.commandId())
                            .addKeyValue("reason", failure.toString())
                            .log("dispatch not written, the sweeper will send the command again");
                });
    }

    /** Counts a change of status and publishes it. */
    void tell(Command.Change change) {
        metrics.changed(change.status());
        DeviceId device = new DeviceId(change.deviceId());
        var event = new CommandEvent.StatusChanged(
                change.commandId(), device, change.at(), change.status(), change.attempt(), change.reason());
        publisher
                .send(new ProducerRecord<>(topics.commandEvents(), device.key(), Json.write(event)))
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("commandId", change.commandId())
                        .addKeyValue("reason", failure.toString())
                        .log("change of status not published"));
    }
}
