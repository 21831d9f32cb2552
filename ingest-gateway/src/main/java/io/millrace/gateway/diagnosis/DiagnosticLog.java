package io.millrace.gateway.diagnosis;

import io.micrometer.core.instrument.Counter;
import io.millrace.gateway.kafka.RecordWriter;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.Json;
import io.millrace.schemas.Topics;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@code device-diagnostics}. Never blocks; any thread. */
public final class DiagnosticLog implements Diagnostics.Outlet {
    private static final Logger log = LoggerFactory.getLogger(DiagnosticLog.class);

    private final RecordWriter writer;
    private final String topic;
    private final BooleanSupplier kafkaAnswers;
    private final Counter failures;

    public DiagnosticLog(RecordWriter writer, Topics topics, BooleanSupplier kafkaAnswers, Counter failures) {
        this.writer = writer;
        this.topic = topics.deviceDiagnostics();
        this.kafkaAnswers = kafkaAnswers;
        this.failures = failures;
    }

    @Override
    public boolean isOpen() {
        return kafkaAnswers.getAsBoolean();
    }

    @Override
    public void write(DeviceDiagnostic record) {
        writer.send(new ProducerRecord<>(topic, record.deviceId().key(), Json.write(record)), (metadata, failure) -> {
            if (failure != null) {
                failures.increment();
                log.atError().setCause(failure).addKeyValue("event", record).log("diagnostic not written");
            }
        });
    }
}
