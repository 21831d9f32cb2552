package io.millrace.commands.dispatch;

import io.millrace.commands.store.Database;
import io.millrace.commands.store.GatewayStore;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.TopicStore;
import io.millrace.runtime.kafka.KafkaSettings;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epochs and incarnations are offsets, and a topic that was made anew starts at 0 again: then the stored ones would beat every
 * new session for ever. So at start the topic's id is compared with the one they belong to. Blocks.
 */
public final class TopicIdentity {
    private static final Logger log = LoggerFactory.getLogger(TopicIdentity.class);
    private static final long TIMEOUT_SECONDS = 30;

    private final KafkaSettings kafka;
    private final Database database;
    private final TopicStore topics;
    private final SessionStore sessions;
    private final GatewayStore gateways;
    private final Clock clock;

    public TopicIdentity(
            KafkaSettings kafka,
            Database database,
            TopicStore topics,
            SessionStore sessions,
            GatewayStore gateways,
            Clock clock) {
        this.kafka = kafka;
        this.database = database;
        this.topics = topics;
        this.sessions = sessions;
        this.gateways = gateways;
        this.clock = clock;
    }

    /** @throws RuntimeException if Kafka or the database does not answer */
    public void check(String topic) {
        String id = topicId(topic);
        boolean another = database.transaction(connection -> topics.isAnother(connection, topic, id)
                        .compose(isAnother -> isAnother
                                ? sessions.forgetAll(connection, clock.instant())
                                        .compose(done -> gateways.forgetAll(connection))
                                        .map(true)
                                : Future.succeededFuture(false)))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        if (another) {
            log.atWarn().addKeyValue("topic", topic).log("topic was made anew, all sessions are over");
        }
    }

    private String topicId(String topic) {
        try (Admin admin = Admin.create(kafka.admin("topic-identity"))) {
            Map<String, TopicDescription> described =
                    admin.describeTopics(List.of(topic)).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return described.values().iterator().next().topicId().toString();
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("cannot describe topic " + topic, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
