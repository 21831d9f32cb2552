package io.millrace.rules.engine;

import io.millrace.rules.engine.RuleEngineMetrics.Registry;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.RegisteredAttributes;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.DeviceRecord;
import io.millrace.schemas.Json;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records of {@code device-registry} on their way to the rules; what cannot be used is counted and passed over. */
final class RegistryRecords {
    private static final Logger log = LoggerFactory.getLogger(RegistryRecords.class);

    private final RuleEngineMetrics metrics;

    RegistryRecords(RuleEngineMetrics metrics) {
        this.metrics = metrics;
    }

    void apply(PartitionEngine engine, Record<byte[], byte[]> record, RecordMetadata place, long time) {
        if (record.key() == null || !DeviceId.isValid(new AsciiKey(record.key()))) {
            passOver(place, "the key is no device id");
            return;
        }
        Optional<DeviceAttributes> attributes = Optional.empty();
        boolean cut = false;
        if (record.value() != null) {
            try {
                DeviceRecord device = Json.read(record.value(), DeviceRecord.class);
                if (device == null) {
                    passOver(place, "null is no device");
                    return;
                }
                attributes = Optional.of(RegisteredAttributes.of(device));
                cut = RegisteredAttributes.isCut(device, attributes.get());
            } catch (IllegalArgumentException e) {
                passOver(place, String.valueOf(e.getMessage()));
                return;
            }
        }
        boolean news = engine.registry(record.key(), attributes, place.partition(), place.offset(), time);
        metrics.registry(news ? cut ? Registry.CUT : Registry.APPLIED : Registry.REPLAYED);
    }

    /** Of the registry: what was known of the device stays. */
    private void passOver(RecordMetadata place, String reason) {
        metrics.registry(Registry.POISON);
        log.atWarn()
                .addKeyValue("topic", place.topic())
                .addKeyValue("partition", place.partition())
                .addKeyValue("offset", place.offset())
                .addKeyValue("reason", reason)
                .log("registry record cannot be used, passed over");
    }
}
