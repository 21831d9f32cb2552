package io.millrace.runtime.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics that are missing, at start, on the caller's thread. */
public final class KafkaTopics {
    private static final Logger log = LoggerFactory.getLogger(KafkaTopics.class);
    private static final long TIMEOUT_SECONDS = 30;

    private KafkaTopics() {}

    /**
     * Creates those that are not there; leaves those that are there as they are.
     *
     * @throws KafkaException if Kafka does not answer within 30 s or refuses
     */
    public static void create(KafkaSettings settings, Collection<NewTopic> topics) {
        try (Admin admin = Admin.create(settings.admin("topics"))) {
            Collection<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<NewTopic> missing =
                    topics.stream().filter(t -> !existing.contains(t.name())).toList();
            for (var creation : admin.createTopics(missing).values().entrySet()) {
                try {
                    creation.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                    log.atInfo().addKeyValue("topic", creation.getKey()).log("topic created");
                } catch (ExecutionException e) {
                    // Another process of ours was quicker: that is what was wanted.
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
            awaitKnown(admin, missing.stream().map(NewTopic::name).toList());
        } catch (ExecutionException e) {
            throw new KafkaException("cannot create topics at " + settings.bootstrapServers(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka at " + settings.bootstrapServers() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** A broker that is busy may hear of a new topic later than the controller has made it. */
    private static void awaitKnown(Admin admin, Collection<String> names)
            throws ExecutionException, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                var unused = admin.describeTopics(names).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    /**
     * How many partitions each topic has.
     *
     * @throws KafkaException if one is missing or Kafka does not answer within 30 s
     */
    public static Map<String, Integer> partitions(KafkaSettings settings, Collection<String> topics) {
        try (Admin admin = Admin.create(settings.admin("topics"))) {
            Map<String, TopicDescription> described =
                    admin.describeTopics(topics).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return described.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey, e -> e.getValue().partitions().size()));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnknownTopicOrPartitionException
                    ? new KafkaException("one of the topics " + topics + " does not exist; kafka.create-topics is off")
                    : new KafkaException("cannot ask Kafka at " + settings.bootstrapServers(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka at " + settings.bootstrapServers() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
