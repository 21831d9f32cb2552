package io.millrace.commands.dispatch;

import static java.util.stream.Collectors.toMap;

import io.millrace.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far all instances together have read a topic: by what their consumer group has committed, which lags a little and never leads.
 * Blocks; throws a {@link KafkaException} where Kafka does not answer within {@value #TIMEOUT_SECONDS} seconds.
 */
public final class GroupProgress implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 5;

    private final Admin admin;
    private final String topic;
    private final String group;
    private final int partitions;

    public GroupProgress(KafkaSettings kafka, String topic, String group, int partitions) {
        this.admin = Admin.create(kafka.admin(group + "-progress"));
        this.topic = topic;
        this.group = kafka.topicPrefix() + group;
        this.partitions = partitions;
    }

    List<TopicPartition> partitions() {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Where the next records will be written. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> of) {
        return offsets(of, OffsetSpec.latest());
    }

    /** Whether everything below these offsets has been read, or was removed before anybody read it. */
    boolean hasRead(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> unread = ends.entrySet().stream()
                .filter(end -> committed.get(end.getKey()) == null
                        || committed.get(end.getKey()).offset() < end.getValue())
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        return unread.isEmpty()
                || offsets(unread.keySet(), OffsetSpec.earliest()).entrySet().stream()
                        .allMatch(begin -> begin.getValue() >= ends.getOrDefault(begin.getKey(), 0L));
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> of, OffsetSpec which) {
        return answer(admin.listOffsets(of.stream().collect(toMap(Function.identity(), partition -> which)))
                        .all())
                .entrySet()
                .stream()
                .collect(toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("cannot tell how far " + topic + " has been read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
