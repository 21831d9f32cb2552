package io.millrace.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.commands.dispatch.GroupProgress;
import io.millrace.commands.dispatch.ReportWatch;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReportWatchIT {
    private static final Instant T0 = Instant.parse("2026-11-23T12:00:00Z");
    private static final int PARTITIONS = 3;

    @Test
    void aReportCountsAsMissingOnlyOnceAllThatWereWrittenByThenAreRead() throws Exception {
        KafkaSettings kafka =
                CommandServiceConfig.of(Neighbours.get().newFleet().build()).kafka();
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaTopics.create(kafka, topics.all(PARTITIONS, 4, (short) 1, Duration.ofDays(1)));
        String topic = topics.commandEvents();
        try (ReportWatch watch = new ReportWatch(new GroupProgress(kafka, topic, Intakes.REPORTS_GROUP, PARTITIONS))) {
            assertThat(watch.readUntil(T0)).as("nothing was noted yet").isEmpty();
            assertThat(watch.readUntil(T0.plusSeconds(1)))
                    .as("no report at all, none unread")
                    .contains(T0);

            report(kafka, topic, 0, 2);
            assertThat(watch.readUntil(T0.plusSeconds(2))).contains(T0.plusSeconds(1));
            assertThat(watch.readUntil(T0.plusSeconds(3)))
                    .as("two reports wait since the second second")
                    .isEmpty();
            read(kafka, topic, 0, 1);
            assertThat(watch.readUntil(T0.plusSeconds(4))).as("one of two").isEmpty();

            report(kafka, topic, 1, 1);
            read(kafka, topic, 0, 2);
            assertThat(watch.readUntil(T0.plusSeconds(5)))
                    .as("what came later does not matter")
                    .contains(T0.plusSeconds(2));
            watch.forget();
            assertThat(watch.readUntil(T0.plusSeconds(6))).isEmpty();
        }
    }

    private static void report(KafkaSettings kafka, String topic, int partition, int reports)
            throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka.producer("reports", Map.of()))) {
            for (int i = 0; i < reports; i++) {
                assertThat(producer.send(new ProducerRecord<>(topic, partition, new byte[] {1}, new byte[] {1}))
                                .get()
                                .hasOffset())
                        .isTrue();
            }
        }
    }

    private static void read(KafkaSettings kafka, String topic, int partition, long offset)
            throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(kafka.admin("reads"))) {
            admin.alterConsumerGroupOffsets(
                            kafka.topicPrefix() + Intakes.REPORTS_GROUP,
                            Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
