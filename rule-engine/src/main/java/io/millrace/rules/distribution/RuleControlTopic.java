package io.millrace.rules.distribution;

import io.millrace.rules.evaluation.Controls;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.Topics;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people have said about rules, as the topic {@code rule-controls} has it. Reads with a thread of its own. */
public final class RuleControlTopic implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RuleControlTopic.class);
    private static final long START_SECONDS = 60;

    private final TopicReader reader;
    private volatile Controls controls = Controls.NONE;

    /** @throws org.apache.kafka.common.KafkaException if the topic is not there or Kafka does not answer */
    public RuleControlTopic(KafkaSettings kafka, Topics topics, Health health) {
        reader = TopicReader.table("rules-controls", kafka, topics.ruleControls(), this::take, health);
    }

    /**
     * Returns when all is known that was said before: a partition that reads its log again must know it.
     *
     * @throws StartException if Kafka does not answer
     */
    public void start() {
        reader.start();
        try {
            var unused = reader.caughtUp().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartException("what people have said about rules cannot be read from Kafka", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** As of now; another object after each word. */
    public Controls current() {
        return controls;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        RuleControl said = Json.read(record.value(), RuleControl.class);
        controls = controls.with(said, record.offset(), record.timestamp());
        log.atInfo()
                .addKeyValue("rule", said.group() + "/" + said.rule())
                .addKeyValue("control", said.kind())
                .addKeyValue("by", said.by())
                .addKeyValue("reason", said.reason())
                .log("rule control read");
    }

    @Override
    public void close() {
        reader.close();
    }
}
