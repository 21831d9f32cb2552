package io.millrace.runtime.kafka;

import io.millrace.runtime.ops.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a consumer group with a thread of its own. Every record is handled at least once: offsets are committed after
 * the handler's stage has completed ({@link Commits}), and a batch whose stage fails is handled again, with a growing pause, while the member
 * stays in the group and its health check says why.
 */
public final class GroupConsumer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GroupConsumer.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration STAY_IN_GROUP = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final String name;
    private final Collection<String> topics;
    private final RecordHandler handler;
    private final Health.Check check;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Thread thread;
    private final Commits commits;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param name of the thread and of the client, and of the health check
     * @param more consumer settings besides the common ones
     */
    public GroupConsumer(
            String name,
            String group,
            KafkaSettings settings,
            Map<String, Object> more,
            Collection<String> topics,
            RecordHandler handler,
            Health health) {
        this.name = name;
        Map<String, Object> all = new HashMap<>(more);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topicPrefix() + group);
        all.putIfAbsent(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        this.topics = topics;
        this.handler = handler;
        this.check = health.readiness(name);
        this.commits = new Commits(name);
        this.consumer = new KafkaConsumer<>(settings.consumer(name, all));
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        check.down("joining its consumer group");
        consumer.subscribe(topics, new ConsumerRebalanceListener() {
            /** Also called for a member that gets none, for there are more members than partitions: it stands by. */
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                check.up();
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                commits.commit(consumer);
                log.atDebug().addKeyValue("consumer", name).log("partitions given away");
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                commits.lost(partitions);
            }
        });
        thread.start();
    }

    /** Leaves the group after the batch in hand, within 5 s. */
    @Override
    public void close() {
        stopping.complete(null);
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (var closing = consumer) {
            poll(closing);
            commits.commit(closing);
        } catch (RuntimeException | Error e) {
            check.down("stopped by a bug: " + e);
            log.atError().setCause(e).addKeyValue("consumer", name).log("consumer stopped");
        }
    }

    private void poll(Consumer<byte[], byte[]> from) {
        try {
            while (!stopping.isDone()) {
                pollOnce(from);
            }
        } catch (WakeupException e) {
            log.atDebug().addKeyValue("consumer", name).log("woken to stop");
        }
    }

    private void pollOnce(Consumer<byte[], byte[]> from) {
        ConsumerRecords<byte[], byte[]> records = from.poll(commits.patience(POLL));
        if (!records.isEmpty() && handled(from, records)) {
            check.up();
            commits.handled(records);
        }
        commits.commitIfDue(from);
    }

    /** False only when stopping. */
    private boolean handled(Consumer<byte[], byte[]> from, ConsumerRecords<byte[], byte[]> records) {
        for (long pause = FIRST_PAUSE_MILLIS; !stopping.isDone(); pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)) {
            try {
                await(from, begin(records));
                return true;
            } catch (ExecutionException | CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                check.down("retrying: " + cause.getMessage());
                log.atWarn()
                        .addKeyValue("consumer", name)
                        .addKeyValue("reason", cause.toString())
                        .log("batch failed, trying again");
                stayInGroup(from);
                pause(pause);
            }
        }
        return false;
    }

    /** A handler that throws at once has failed like one whose stage does. */
    private CompletableFuture<?> begin(ConsumerRecords<byte[], byte[]> records) {
        try {
            return handler.handle(records).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void await(Consumer<byte[], byte[]> from, CompletableFuture<?> work) throws ExecutionException {
        while (true) {
            try {
                var unused = work.get(STAY_IN_GROUP.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                stayInGroup(from);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WakeupException();
            }
        }
    }

    /** A poll that takes no records, so that max.poll.interval.ms does not run out. */
    private static void stayInGroup(Consumer<byte[], byte[]> from) {
        from.pause(from.assignment());
        ConsumerRecords<byte[], byte[]> early = from.poll(Duration.ZERO);
        // Partitions that this poll assigned were not paused: what came of them is for later.
        for (TopicPartition partition : early.partitions()) {
            from.seek(partition, early.records(partition).get(0).offset());
        }
        from.resume(from.assignment());
    }

    private void pause(long millis) {
        try {
            stopping.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.atTrace().log("pause over");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WakeupException();
        }
    }
}
