package io.millrace.commands.intake;

import io.millrace.commands.CommandServiceMetrics;
import io.millrace.commands.CommandServiceMetrics.Intake;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A record with what it says. */
record Decoded<T>(T value, ConsumerRecord<byte[], byte[]> record) {
    private static final Logger log = LoggerFactory.getLogger(Decoded.class);

    /**
     * Those of a batch that can be understood, in order. One that cannot is its writer's fault: it is counted, told and passed
     * over, for it would be no better the next time. Tombstones are left out.
     */
    static <T> List<Decoded<T>> all(
            ConsumerRecords<byte[], byte[]> records,
            Function<ConsumerRecord<byte[], byte[]>, T> decoder,
            Intake intake,
            CommandServiceMetrics metrics) {
        metrics.received(intake, records.count());
        List<Decoded<T>> decoded = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() == null) {
                continue;
            }
            try {
                decoded.add(new Decoded<>(decoder.apply(record), record));
            } catch (RuntimeException e) {
                metrics.unreadable(intake);
                log.atWarn()
                        .addKeyValue("topic", record.topic())
                        .addKeyValue("partition", record.partition())
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("reason", e.getMessage())
                        .log("record passed over");
            }
        }
        return decoded;
    }
}
