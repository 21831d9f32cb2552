package io.millrace.commands.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.commands.store.GatewayStore.Silent;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.schemas.SessionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a gateway that is silent from one whose heartbeats have not been read yet (after an outage of the database they wait in
 * Kafka by the minute). Its lease is over for certain when, after it ran out by what had been read, everything written until
 * then has been read too and it still is over. While Kafka does not answer, and shortly after, no silence is believed. Called
 * by the sweeper's thread; blocks.
 */
public final class LeaseWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);
    private static final long TIMEOUT_SECONDS = 5;
    /** Kafka that was away for us may have been so for the gateways: so long they then have to be heard again. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Admin admin;
    private final String topic;
    private final String group;
    private final int partitions;
    /** What must have been read before the silence of an incarnation is believed, since the first look at it. */
    private final Map<Silent, Long> suspected = new HashMap<>();

    private boolean kafkaAway;
    private Instant notBefore = Instant.MIN;

    public LeaseWatch(KafkaSettings kafka, String topic, String group, int partitions) {
        this.admin = Admin.create(kafka.admin("lease-watch"));
        this.topic = topic;
        this.group = kafka.topicPrefix() + group;
        this.partitions = partitions;
    }

    /** Those whose lease is over for certain; nobody's while Kafka does not answer. */
    public List<Silent> certain(List<Silent> silent, Instant now) {
        try {
            List<Silent> certain = look(silent);
            if (kafkaAway && !silent.isEmpty()) {
                kafkaAway = false;
                notBefore = now.plus(GRACE);
            }
            if (!now.isBefore(notBefore)) {
                return certain;
            }
        } catch (KafkaException e) {
            kafkaAway = true;
            log.atWarn().addKeyValue("reason", e.toString()).log("cannot tell which gateways are silent");
        }
        // What was written meanwhile must have been read as well.
        suspected.clear();
        return List.of();
    }

    private List<Silent> look(List<Silent> silent) {
        suspected.keySet().retainAll(silent);
        List<Silent> certain = new ArrayList<>();
        for (Silent gateway : silent) {
            TopicPartition partition = partitionOf(gateway.slot());
            Long mustBeRead = suspected.get(gateway);
            if (mustBeRead == null) {
                suspected.put(gateway, end(partition));
            } else if (read(partition) >= mustBeRead) {
                certain.add(gateway);
            }
        }
        return certain;
    }

    /** As the default partitioner of Kafka's clients has it. */
    private TopicPartition partitionOf(int slot) {
        byte[] key = SessionEvent.gatewayKey(slot).getBytes(UTF_8);
        return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    private long end(TopicPartition partition) {
        return answer(admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition))
                .offset();
    }

    private long read(TopicPartition partition) {
        OffsetAndMetadata committed = answer(
                        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(partition);
        return committed == null ? -1 : committed.offset();
    }

    private static <T> T answer(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("cannot tell how far device-sessions has been read", e);
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
