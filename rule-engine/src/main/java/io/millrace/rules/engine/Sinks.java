package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.evaluation.DeviceState;
import io.millrace.rules.evaluation.Emission;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.Headers;
import io.millrace.schemas.Json;
import io.millrace.schemas.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What one partition's rules emit, as records on their topics: each sink is named as its topic. Of its task's thread; lives as long
 * as the task.
 */
final class Sinks {

    /** A record on its way. */
    private record Outgoing(String topic, byte[] key, byte[] value, long time, RecordHeaders headers) {}

    private final ProcessorContext<byte[], byte[]> context;
    private final Topics topics;

    Sinks(ProcessorContext<byte[], byte[]> context, Topics topics) {
        this.context = context;
        this.topics = topics;
    }

    void emit(DeviceState device, Emission emission) {
        forward(emission instanceof Emission.DryRun tried ? dryRun(device, tried.wanted()) : inEarnest(emission));
    }

    /** An alert of no device and no rule. */
    void tell(AlertEvent event) {
        forward(alert(event));
    }

    private Outgoing inEarnest(Emission emission) {
        if (emission instanceof Emission.Command command) {
            return command(command.request());
        }
        if (emission instanceof Emission.Alert alert) {
            return alert(alert.event());
        }
        if (emission instanceof Emission.Publication publication) {
            return new Outgoing(
                    publication.topic(),
                    publication.deviceId().getBytes(UTF_8),
                    publication.value().getBytes(UTF_8),
                    publication.time(),
                    new RecordHeaders());
        }
        throw new IllegalStateException("unknown emission " + emission);
    }

    private Outgoing command(CommandRequest request) {
        ProducerRecord<byte[], byte[]> record = request.toRecord(topics);
        return new Outgoing(
                record.topic(),
                record.key(),
                record.value(),
                request.createdAt().toEpochMilli(),
                new RecordHeaders(record.headers()));
    }

    private Outgoing alert(AlertEvent event) {
        String whose = event.labels().getOrDefault("device", "millrace");
        return new Outgoing(
                topics.alerts(),
                (event.labels().get("alertname") + "/" + whose).getBytes(UTF_8),
                Json.write(event),
                event.at().toEpochMilli(),
                new RecordHeaders());
    }

    /** The same bytes and headers as in earnest, under the device's id, on a topic that nobody obeys. */
    private Outgoing dryRun(DeviceState device, Emission wanted) {
        Outgoing earnest = inEarnest(wanted);
        var unused = earnest.headers.add(Headers.TOPIC, earnest.topic.getBytes(UTF_8));
        return new Outgoing(topics.rulesDryRun(), device.key(), earnest.value, earnest.time, earnest.headers);
    }

    private void forward(Outgoing record) {
        context.forward(new Record<>(record.key, record.value, Math.max(0, record.time), record.headers), record.topic);
    }
}
