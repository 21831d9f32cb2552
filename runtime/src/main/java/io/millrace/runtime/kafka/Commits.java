package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets of what a member of a group has handled. They are committed together, {@value #INTERVAL_MILLIS} ms after the first of them at
 * the latest, for a commit costs broker and client more than a small batch does. After a crash that much comes again; when partitions are given
 * away and on close nothing does. The consumer's thread.
 */
final class Commits {
    static final long INTERVAL_MILLIS = 100;

    private static final Logger log = LoggerFactory.getLogger(Commits.class);

    private final String name;
    private final Map<TopicPartition, OffsetAndMetadata> handled = new HashMap<>();
    private long due;

    Commits(String name) {
        this.name = name;
    }

    void handled(ConsumerRecords<byte[], byte[]> records) {
        if (handled.isEmpty()) {
            putOff();
        }
        handled.putAll(records.nextOffsets());
    }

    /** How long may be waited for records until a commit is due. */
    Duration patience(Duration otherwise) {
        return handled.isEmpty() ? otherwise : Duration.ofNanos(Math.max(0, due - System.nanoTime()));
    }

    void commitIfDue(Consumer<byte[], byte[]> member) {
        if (!handled.isEmpty() && due - System.nanoTime() <= 0) {
            commit(member);
        }
    }

    /** Somebody else reads these now; what he has committed stands. */
    void lost(Collection<TopicPartition> partitions) {
        handled.keySet().removeAll(partitions);
    }

    void commit(Consumer<byte[], byte[]> member) {
        handled.keySet().retainAll(member.assignment());
        if (handled.isEmpty()) {
            return;
        }
        try {
            commitSync(member);
            handled.clear();
        } catch (RebalanceInProgressException | RetriableCommitFailedException e) {
            log.atDebug().addKeyValue("consumer", name).log("commit left for later");
            putOff();
        } catch (KafkaException e) {
            // The records come again, to us or to another member: handlers bear repetition.
            handled.clear();
            log.atWarn()
                    .addKeyValue("consumer", name)
                    .addKeyValue("reason", e.toString())
                    .log("commit failed");
        }
    }

    /** Whoever is woken to stop still commits. */
    private void commitSync(Consumer<byte[], byte[]> member) {
        try {
            member.commitSync(handled);
        } catch (WakeupException e) {
            member.commitSync(handled);
        }
    }

    private void putOff() {
        due = System.nanoTime() + Duration.ofMillis(INTERVAL_MILLIS).toNanos();
    }
}
