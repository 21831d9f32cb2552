package io.millrace.commands.live;

import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the news of Kafka's topics for those who listen at this instance: each topic once, from its end, without a group, and only while
 * somebody wants to hear of it. Any thread; listeners are called on the readers' threads and must not block them.
 */
public final class LiveFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

    private final KafkaSettings kafka;
    private final Topics topics;
    private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();
    /** On {@link #keeper} alone. */
    private final Map<LiveEvent.Type, TopicReader> readers = new EnumMap<>(LiveEvent.Type.class);
    /** Starts and stops readers, which blocks. */
    private final ExecutorService keeper = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "live-feed");
        thread.setDaemon(true);
        return thread;
    });

    public LiveFeed(KafkaSettings kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /** Somebody listens. */
    public final class Subscription implements AutoCloseable {
        private final LiveFilter filter;
        private final Consumer<LiveEvent> listener;

        private Subscription(LiveFilter filter, Consumer<LiveEvent> listener) {
            this.filter = filter;
            this.listener = listener;
        }

        @Override
        public void close() {
            if (subscriptions.remove(this) && !keeper.isShutdown()) {
                keeper.execute(LiveFeed.this::stopUnwanted);
            }
        }
    }

    /** How many listen. */
    public int size() {
        return subscriptions.size();
    }

    /**
     * @param listening completes when whatever happens from then on will be heard; fails if Kafka is away
     */
    public Subscription subscribe(LiveFilter filter, Consumer<LiveEvent> listener, Promise<Void> listening) {
        Subscription subscription = new Subscription(filter, listener);
        subscriptions.add(subscription);
        keeper.execute(() -> start(filter, listening));
        return subscription;
    }

    private void start(LiveFilter filter, Promise<Void> listening) {
        List<Future<Void>> caughtUp = new ArrayList<>();
        try {
            for (LiveEvent.Type type : filter.types()) {
                caughtUp.add(Future.fromCompletionStage(
                        readers.computeIfAbsent(type, this::reader).caughtUp()));
            }
        } catch (RuntimeException e) {
            listening.tryFail(e);
            return;
        }
        Future.all(caughtUp).<Void>mapEmpty().onComplete(listening);
    }

    private TopicReader reader(LiveEvent.Type type) {
        // Whether it reads is no matter of this instance's readiness: nobody else is worse off.
        TopicReader reader = TopicReader.news(
                "live-" + type.text(), kafka, type.topic(topics), record -> tell(type, record), new Health());
        reader.start();
        return reader;
    }

    private void stopUnwanted() {
        readers.entrySet().removeIf(entry -> {
            boolean wanted =
                    subscriptions.stream().anyMatch(one -> one.filter.types().contains(entry.getKey()));
            if (!wanted) {
                entry.getValue().close();
            }
            return !wanted;
        });
    }

    /** On a reader's thread. */
    private void tell(LiveEvent.Type type, ConsumerRecord<byte[], byte[]> record) {
        LiveEvent.of(type, record).ifPresent(event -> {
            for (Subscription subscription : subscriptions) {
                if (subscription.filter.takes(event)) {
                    subscription.listener.accept(event);
                }
            }
        });
    }

    /** Waits until no reader runs. */
    @Override
    public void close() {
        subscriptions.clear();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(this::stopUnwanted, keeper);
        keeper.shutdown();
        try {
            var unused = stopped.orTimeout(10, TimeUnit.SECONDS).join();
        } catch (java.util.concurrent.CompletionException e) {
            log.atWarn().addKeyValue("reason", e.toString()).log("live feed did not stop in time");
        }
    }
}
