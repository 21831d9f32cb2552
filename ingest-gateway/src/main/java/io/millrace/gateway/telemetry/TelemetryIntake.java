package io.millrace.gateway.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.GatewayMetrics;
import io.millrace.gateway.command.Attribution;
import io.millrace.gateway.command.CommandLog;
import io.millrace.gateway.command.ResponseIntake;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.millrace.gateway.flow.Publication;
import io.millrace.gateway.kafka.RecordWriter;
import io.millrace.gateway.telemetry.JsonCheck.Verdict;
import io.millrace.schemas.CommandEvent;
import io.millrace.schemas.DeviceDiagnostic.Sign;
import io.millrace.schemas.Headers;
import io.millrace.schemas.RejectReason;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * What devices publish, checked and made into records: telemetry, reported state, answers to commands, and what must be rejected. The payload goes
 * through unchanged. The publication is Kafka's from then on. One for each event loop.
 */
public final class TelemetryIntake {
    /** What a record costs in memory beside its key and value, roughly. */
    private static final int RECORD_OVERHEAD = 100;

    private static final int PAYLOAD_FORMAT_INVALID = 0x99;
    private static final int QUOTA_EXCEEDED = 0x97;
    /** Readings in one message: so many that an event loop is not busy with one client for long. */
    private static final int MOST_OBJECTS = 5_000;

    private static final byte[] YES = {'1'};

    private final RecordWriter writer;
    private final String telemetry;
    private final String state;
    private final String rejected;
    private final CommandLog commandLog;
    private final Diagnostics diagnostics;
    private final int maxSize;
    private final GatewayMetrics metrics;
    private final Clock clock;
    private final JsonCheck json = new JsonCheck();

    /** @param maxSize the largest payload taken, in bytes */
    public TelemetryIntake(
            RecordWriter writer,
            Topics topics,
            CommandLog commandLog,
            Diagnostics diagnostics,
            int maxSize,
            GatewayMetrics metrics,
            Clock clock) {
        this.commandLog = commandLog;
        this.diagnostics = diagnostics;
        this.writer = writer;
        this.telemetry = topics.telemetry();
        this.state = topics.deviceState();
        this.rejected = topics.telemetryRejected();
        this.maxSize = maxSize;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * A reading, or an array of them.
     *
     * @param topic the MQTT topic, for a person who looks at what was rejected
     * @param dup whether the client says that it may have sent this before
     * @param beside given to each record
     */
    public void telemetry(
            Source source,
            String topic,
            Optional<String> channel,
            byte[] payload,
            boolean dup,
            UserProperties beside,
            Publication publication) {
        if (payload.length > maxSize) {
            tooLarge(source, topic, payload, publication);
            return;
        }
        var unused = take(json.check(payload), source, topic, channel, payload, dup, beside, publication);
    }

    /**
     * The same by HTTP, where the readings may also stand one on a line.
     *
     * @param path for a person who looks at what was rejected
     * @param lines whether the client says that they do; if not, they still may
     * @return the number of readings on their way; 0 too when it is rejected
     */
    public int posted(
            Source source, String path, Optional<String> channel, byte[] body, boolean lines, Publication publication) {
        Verdict verdict = lines ? Verdict.NOT_JSON : json.check(body);
        if (verdict == Verdict.NOT_JSON && body.length > 0) {
            verdict = json.checkLines(body);
        }
        return take(verdict, source, path, channel, body, false, UserProperties.NONE, publication);
    }

    private int take(
            Verdict verdict,
            Source source,
            String topic,
            Optional<String> channel,
            byte[] payload,
            boolean dup,
            UserProperties beside,
            Publication publication) {
        switch (verdict) {
            case OBJECT -> {
                int overhead = source.key().length + RECORD_OVERHEAD + beside.size();
                publication.leaves(1, payload.length + overhead, Publication.SUCCESS);
                send(source, channel, payload, dup, beside, publication);
                return 1;
            }
            case OBJECTS -> {
                return batch(source, topic, payload, channel, dup, beside, publication);
            }
            case OTHER -> {
                notObject(source, topic, payload, publication, "neither an object nor an array of objects");
                return 0;
            }
            case NOT_JSON -> {
                notJson(source, topic, payload, publication);
                return 0;
            }
        }
        throw new IllegalStateException("no such verdict: " + verdict);
    }

    /** Reported state: one object. */
    public void state(Source source, String topic, byte[] payload, Publication publication) {
        if (payload.length > maxSize) {
            tooLarge(source, topic, payload, publication);
            return;
        }
        switch (json.check(payload)) {
            case OBJECT -> {
                publication.leaves(1, payload.length + source.key().length + RECORD_OVERHEAD, Publication.SUCCESS);
                metrics.records.increment();
                writer.send(new ProducerRecord<>(state, null, clock.millis(), source.key(), payload), publication);
            }
            case OBJECTS, OTHER -> notObject(source, topic, payload, publication, "not an object");
            case NOT_JSON -> notJson(source, topic, payload, publication);
        }
    }

    private int batch(
            Source source,
            String topic,
            byte[] payload,
            Optional<String> channel,
            boolean dup,
            UserProperties beside,
            Publication publication) {
        int count = json.objects();
        if (count == 0) {
            publication.leavesWithNothing();
            return 0;
        }
        if (count > MOST_OBJECTS) {
            String detail = count + " objects in one array, at most " + MOST_OBJECTS + " are taken";
            tooLarge(source, topic, payload, detail, publication);
            return 0;
        }
        byte[][] objects = new byte[count][];
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            objects[i] = json.object(i);
            bytes += objects[i].length + source.key().length + RECORD_OVERHEAD + beside.size();
        }
        publication.leaves(count, bytes, Publication.SUCCESS);
        for (byte[] object : objects) {
            send(source, channel, object, dup, beside, publication);
        }
        return count;
    }

    private void send(
            Source source,
            Optional<String> channel,
            byte[] value,
            boolean dup,
            UserProperties beside,
            Publication publication) {
        var record = new ProducerRecord<>(telemetry, null, clock.millis(), source.key(), value);
        if (channel.isPresent()) {
            header(record, Headers.CHANNEL, channel.get().getBytes(UTF_8));
        }
        if (dup) {
            header(record, Headers.DUP, YES);
        }
        for (Header header : beside.headers()) {
            var unused = record.headers().add(header);
        }
        metrics.records.increment();
        writer.send(record, publication);
    }

    private void tooLarge(Source source, String topic, byte[] payload, Publication publication) {
        String detail = payload.length + " bytes, at most " + maxSize + " are taken; the rest is cut off here";
        tooLarge(source, topic, Arrays.copyOf(payload, maxSize), detail, publication);
    }

    /**
     * More than is taken.
     *
     * @param beginning as much of it as is kept
     */
    public void tooLarge(Source source, String topic, byte[] beginning, String detail, Publication publication) {
        reject(source, topic, beginning, publication, RejectReason.TOO_LARGE, detail, QUOTA_EXCEEDED);
    }

    private void notJson(Source source, String topic, byte[] payload, Publication publication) {
        String detail = payload.length == 0 ? "empty" : "not JSON from byte " + json.brokenAt() + onLine(payload);
        reject(source, topic, payload, publication, RejectReason.NOT_JSON, detail, PAYLOAD_FORMAT_INVALID);
    }

    /** Of a text of one line, the byte says all. */
    private String onLine(byte[] payload) {
        int line = 1;
        for (int i = 0; i < Math.min(json.brokenAt(), payload.length); i++) {
            if (payload[i] == '\n') {
                line++;
            }
        }
        return line == 1 ? "" : ", in line " + line;
    }

    private void notObject(Source source, String topic, byte[] payload, Publication publication, String detail) {
        reject(source, topic, payload, publication, RejectReason.NOT_OBJECT, detail, PAYLOAD_FORMAT_INVALID);
    }

    /** Keeps the bytes with the reason. The client's answer waits for Kafka like any other, so these too are bounded. */
    private void reject(
            Source source,
            String topic,
            byte[] payload,
            Publication publication,
            RejectReason reason,
            String detail,
            int reasonCode) {
        metrics.rejected(reason);
        diagnostics.noticed(source.id(), sign(reason), detail);
        publication.rejected(reason, detail);
        var record = new ProducerRecord<>(rejected, null, clock.millis(), source.key(), payload);
        header(record, Headers.REASON, reason.text().getBytes(UTF_8));
        header(record, Headers.DETAIL, detail.getBytes(UTF_8));
        header(record, Headers.TOPIC, topic.getBytes(UTF_8));
        publication.leaves(1, payload.length + source.key().length + 2 * RECORD_OVERHEAD, reasonCode);
        writer.send(record, publication);
    }

    private static Sign sign(RejectReason reason) {
        return switch (reason) {
            case NOT_JSON -> Sign.NOT_JSON;
            case NOT_OBJECT -> Sign.NOT_OBJECT;
            case TOO_LARGE -> Sign.TOO_LARGE;
            case NOT_AUTHORIZED -> Sign.FOREIGN_TOPIC;
            case RATE_LIMITED -> Sign.RATE_LIMITED;
        };
    }

    /**
     * What became of a command, for command-service.
     *
     * @param attribution asked for the command that is meant
     */
    public void response(
            Source source, String topic, byte[] payload, Attribution attribution, Publication publication) {
        if (payload.length > maxSize) {
            tooLarge(source, topic, payload, publication);
            return;
        }
        CommandEvent.Responded response;
        try {
            response = ResponseIntake.read(source.id(), payload, clock.instant());
        } catch (IllegalArgumentException e) {
            notObject(source, topic, payload, publication, String.valueOf(e.getMessage()));
            return;
        }
        attribution.attribute(response.commandId(), meant -> {
            publication.leaves(1, payload.length + source.key().length, Publication.SUCCESS);
            writer.send(commandLog.record(response.to(meant)), publication);
        });
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, byte[] value) {
        var unused = record.headers().add(new RecordHeader(name, value));
    }
}
