package io.millrace.gateway.command;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.CommandEvent.UndeliveredReason;
import io.millrace.schemas.Dispatch;
import io.millrace.schemas.Json;
import io.millrace.schemas.Topics;
import java.time.Clock;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@code command-events}: what became of each attempt to send a command. Never blocks; any thread. */
public final class CommandLog implements Outcomes {
    private static final Logger log = LoggerFactory.getLogger(CommandLog.class);

    private final SteadyWriter writer;
    private final String topic;
    private final GatewayMetrics metrics;
    private final Clock clock;

    public CommandLog(SteadyWriter writer, Topics topics, GatewayMetrics metrics, Clock clock) {
        this.writer = writer;
        this.topic = topics.commandEvents();
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void delivered(Dispatch d) {
        metrics.commandsDelivered.increment();
        note(new CommandEvent.Delivered(
                d.commandId(), d.deviceId(), d.slot(), d.epoch(), d.attempt(), clock.instant()));
    }

    @Override
    public void unconfirmed(Dispatch d) {
        metrics.commandsUnconfirmed.increment();
        note(new CommandEvent.Unconfirmed(
                d.commandId(), d.deviceId(), d.slot(), d.epoch(), d.attempt(), clock.instant()));
    }

    @Override
    public void undelivered(Dispatch d, UndeliveredReason reason) {
        metrics.undelivered(reason);
        note(new CommandEvent.Undelivered(
                d.commandId(), d.deviceId(), d.slot(), d.epoch(), d.attempt(), clock.instant(), reason));
    }

    /** The record of an event, for a caller that waits for Kafka. */
    public ProducerRecord<byte[], byte[]> record(CommandEvent event) {
        return new ProducerRecord<>(topic, event.deviceId().key(), Json.write(event));
    }

    private void note(CommandEvent event) {
        Callback callback = (metadata, failure) -> {
            if (failure != null) {
                metrics.eventsFailed.increment();
                log.atError().setCause(failure).addKeyValue("event", event).log("command event not written");
            }
        };
        writer.sendEnd(record(event), callback);
    }
}
