package io.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.gateway.telemetry.UserProperties;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.DeviceTopic;
import io.millrace.schemas.Headers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live telemetry of the whole fleet, from every gateway, for the operators who are connected here: read from Kafka, and only
 * while there is somebody to see it. Its own thread starts and stops the reader; the reader's thread hands out.
 */
public final class LiveFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

    private final KafkaSettings settings;
    private final String telemetry;
    private final Set<LiveQueue> queues = ConcurrentHashMap.newKeySet();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "live-feed"));
    private @Nullable TopicReader reader;

    public LiveFeed(KafkaSettings settings, String telemetryTopic) {
        this.settings = settings;
        this.telemetry = telemetryTopic;
    }

    /**
     * Any thread; again for one that is already there changes nothing.
     *
     * @return completes when everything that is published from then on will be seen; fails if Kafka does not answer
     */
    public CompletionStage<Void> join(LiveQueue queue) {
        queues.add(queue);
        return CompletableFuture.supplyAsync(this::running, thread).thenCompose(TopicReader::caughtUp);
    }

    /** Any thread. */
    public void leave(LiveQueue queue) {
        if (queues.remove(queue) && queues.isEmpty()) {
            thread.execute(() -> {
                if (queues.isEmpty()) {
                    stop();
                }
            });
        }
    }

    private TopicReader running() {
        if (reader != null && reader.caughtUp().toCompletableFuture().isCompletedExceptionally()) {
            stop();
        }
        TopicReader running = reader;
        if (running == null) {
            // Not being able to show live telemetry does not make the gateway unready for devices: a health of its own.
            running = TopicReader.news("live-telemetry", settings, telemetry, this::handOut, new Health());
            running.start();
            reader = running;
            log.atInfo().log("live telemetry on");
        }
        return running;
    }

    private void stop() {
        if (reader != null) {
            reader.close();
            reader = null;
            log.atInfo().log("live telemetry off");
        }
    }

    private void handOut(ConsumerRecord<byte[], byte[]> record) {
        String telemetryTopic = DeviceTopic.ROOT + new String(record.key(), ISO_8859_1) + "/telemetry";
        String topic = Headers.text(record.headers(), Headers.CHANNEL)
                .map(channel -> telemetryTopic + "/" + channel)
                .orElse(telemetryTopic);
        LiveMessage message = new LiveMessage(topic, record.value(), UserProperties.toMqtt(record.headers()));
        queues.forEach(queue -> queue.offer(message));
    }

    @Override
    public void close() {
        thread.execute(this::stop);
        thread.shutdown();
    }
}
