package io.millrace.commands.overview;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka knows of the whole fleet, whichever instance does the work: how many readings come, by the ends of the telemetry topic, looked
 * up every few seconds with one request; and how far consumer groups are behind. {@link #start} blocks, nothing else does.
 */
public final class KafkaFigures implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaFigures.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final KafkaSettings kafka;
    private final String telemetry;
    private final List<String> groups;
    private final Clock clock;
    private final Growth readings = new Growth();
    private volatile @Nullable Admin admin;

    /** How many records a consumer group has not taken yet. */
    record Lag(String consumer, long records) {}

    /**
     * @param telemetry the topic
     * @param groups without the topics' prefix
     */
    public KafkaFigures(Vertx vertx, KafkaSettings kafka, String telemetry, List<String> groups, Clock clock) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.telemetry = telemetry;
        this.groups = List.copyOf(groups);
        this.clock = clock;
    }

    /** @throws org.apache.kafka.common.KafkaException if Kafka does not answer */
    public void start() {
        int partitions = KafkaTopics.partitions(kafka, List.of(telemetry)).getOrDefault(telemetry, 0);
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(telemetry, partition))
                .toList();
        admin = Admin.create(kafka.admin("overview"));
        long timer = vertx.setPeriodic(0, LOOK.toMillis(), tick -> look(all));
        log.atDebug().addKeyValue("timer", timer).log("readings are counted");
    }

    Growth readings() {
        return readings;
    }

    private void look(List<TopicPartition> all) {
        ends(all)
                .onSuccess(ends -> readings.saw(
                        ends.values().stream().mapToLong(Long::longValue).sum(), clock.millis()))
                .onFailure(failure -> log.atDebug()
                        .addKeyValue("topic", telemetry)
                        .addKeyValue("reason", failure.toString())
                        .log("ends of a topic not seen, trying again"));
    }

    /** Groups that have committed nothing yet are left out. */
    Future<List<Lag>> lags() {
        Map<String, ListConsumerGroupOffsetsSpec> wanted = groups.stream()
                .collect(Collectors.toMap(
                        group -> kafka.topicPrefix() + group, group -> new ListConsumerGroupOffsetsSpec()));
        return opened().compose(
                        asked -> of(asked.listConsumerGroupOffsets(wanted).all()))
                .compose(committed -> {
                    Set<TopicPartition> read = committed.values().stream()
                            .flatMap(offsets -> offsets.entrySet().stream())
                            .filter(offset -> offset.getValue() != null)
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet());
                    return ends(read).map(ends -> lags(committed, ends));
                });
    }

    private List<Lag> lags(
            Map<String, Map<TopicPartition, OffsetAndMetadata>> committed, Map<TopicPartition, Long> ends) {
        List<Lag> lags = new ArrayList<>();
        for (String group : groups) {
            long behind = 0;
            boolean known = false;
            for (var offset : committed
                    .getOrDefault(kafka.topicPrefix() + group, Map.of())
                    .entrySet()) {
                Long end = ends.get(offset.getKey());
                if (end != null && offset.getValue() != null) {
                    known = true;
                    behind += Math.max(0, end - offset.getValue().offset());
                }
            }
            if (known) {
                lags.add(new Lag(group, behind));
            }
        }
        return lags;
    }

    /** Of those that are there: groups remember topics that are no more. */
    private Future<Map<TopicPartition, Long>> ends(Collection<TopicPartition> of) {
        return opened().compose(asked -> {
            ListOffsetsResult result = asked.listOffsets(
                    of.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())));
            Map<TopicPartition, Future<Long>> each = new HashMap<>();
            of.forEach(partition -> each.put(
                    partition,
                    of(result.partitionResult(partition))
                            .map(ListOffsetsResult.ListOffsetsResultInfo::offset)
                            .recover(failure -> failure instanceof UnknownTopicOrPartitionException
                                    ? Future.succeededFuture()
                                    : Future.failedFuture(failure))));
            return Future.all(List.copyOf(each.values())).map(done -> {
                Map<TopicPartition, Long> ends = new HashMap<>();
                each.forEach((partition, end) -> {
                    if (end.result() != null) {
                        ends.put(partition, end.result());
                    }
                });
                return ends;
            });
        });
    }

    private Future<Admin> opened() {
        Admin open = admin;
        return open == null ? Future.failedFuture("Kafka has not answered yet") : Future.succeededFuture(open);
    }

    private <T> Future<T> of(KafkaFuture<T> answer) {
        return Future.fromCompletionStage(answer.toCompletionStage(), vertx.getOrCreateContext());
    }

    @Override
    public void close() {
        Admin open = admin;
        if (open != null) {
            open.close(Duration.ofSeconds(2));
        }
    }
}
