package io.millrace.runtime.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.runtime.config.Settings;
import io.millrace.runtime.ops.Health;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KafkaReadersIT {
    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @TempDir
    static Path dir;

    private static TestKafka kafka;
    private static KafkaSettings settings;
    private static KafkaProducer<byte[], byte[]> producer;

    private final Health health = new Health();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        kafka = TestKafka.start(dir.resolve("kafka"));
        settings = KafkaSettings.of(Settings.builder()
                .override("kafka.bootstrap-servers", kafka.bootstrapServers())
                .build());
        producer = new KafkaProducer<>(settings.producer("test", Map.of()));
    }

    @AfterAll
    static void stop() {
        producer.close();
        kafka.close();
    }

    @Test
    void whoAsksForARefreshedTableSeesWhatWasAcknowledgedBefore() throws Exception {
        String topic = topic("refreshed");
        send(topic, "a");
        try (TopicReader reader = TopicReader.freshTable("refreshed", settings, topic, this::note, health)) {
            reader.start();
            reader.caughtUp().toCompletableFuture().get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 50; i++) {
                send(topic, "b" + i);
                List<CompletableFuture<Void>> many = List.of(
                        reader.refreshed().toCompletableFuture(),
                        reader.refreshed().toCompletableFuture());
                for (CompletableFuture<Void> one : many) {
                    one.get(30, TimeUnit.SECONDS);
                }
                assertThat(seen).contains("b" + i);
            }
        }
    }

    @Test
    void nobodyWaitsForAReaderThatHasStopped() throws Exception {
        TopicReader reader = TopicReader.freshTable("stopped", settings, topic("stopped"), this::note, health);
        reader.start();
        reader.caughtUp().toCompletableFuture().get(30, TimeUnit.SECONDS);
        reader.close();
        assertThat(reader.refreshed()).failsWithin(java.time.Duration.ofSeconds(10));
    }

    @Test
    void aFailedBatchComesAgainAndNothingIsCommittedBefore() throws Exception {
        String topic = topic("retry");
        send(topic, "a", "b");
        AtomicInteger calls = new AtomicInteger();
        try (GroupConsumer consumer = new GroupConsumer(
                "retry",
                "retry",
                settings,
                Map.of(),
                List.of(topic),
                records -> {
                    if (calls.incrementAndGet() <= 2) {
                        return CompletableFuture.failedFuture(new IllegalStateException("database away"));
                    }
                    records.forEach(this::note);
                    return CompletableFuture.completedFuture(null);
                },
                health)) {
            consumer.start();
            await().untilAsserted(
                            () -> assertThat(health.notReady()).containsEntry("retry", "retrying: database away"));
            await().untilAsserted(() -> assertThat(seen).containsExactly("a", "b"));
            await().untilAsserted(() -> assertThat(health.notReady()).isEmpty());
        }
        assertThat(calls).hasValueGreaterThan(2);
    }

    @Test
    void aHandlerThatThrowsHasFailedAndIsAskedAgain() throws Exception {
        String topic = topic("throws");
        send(topic, "a");
        AtomicInteger calls = new AtomicInteger();
        try (GroupConsumer consumer = new GroupConsumer(
                "throws",
                "throws",
                settings,
                Map.of(),
                List.of(topic),
                records -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    records.forEach(this::note);
                    return CompletableFuture.completedFuture(null);
                },
                health)) {
            consumer.start();
            await().untilAsserted(() -> assertThat(seen).containsExactly("a"));
        }
    }

    @Test
    void aMemberForWhomThereIsNoPartitionIsReadyToStandIn() throws Exception {
        String topic = topic("standby");
        try (GroupConsumer one = silent("standby-1", "standby", topic);
                GroupConsumer two = silent("standby-2", "standby", topic)) {
            one.start();
            two.start();
            await().untilAsserted(() -> assertThat(health.notReady()).isEmpty());
        }
    }

    private GroupConsumer silent(String name, String group, String topic) {
        return new GroupConsumer(
                name,
                group,
                settings,
                Map.of(),
                List.of(topic),
                records -> CompletableFuture.completedFuture(null),
                health);
    }

    @Test
    void aMemberThatComesAfterGoesOnWhereTheLastOneStopped() throws Exception {
        String topic = topic("resume");
        for (String value : List.of("first", "second")) {
            send(topic, value);
            try (GroupConsumer consumer = new GroupConsumer(
                    "resume",
                    "resume",
                    settings,
                    Map.of(),
                    List.of(topic),
                    records -> {
                        records.forEach(this::note);
                        return CompletableFuture.completedFuture(null);
                    },
                    health)) {
                consumer.start();
                await().untilAsserted(() -> assertThat(seen).contains(value));
            }
        }
        assertThat(seen).containsExactly("first", "second");
    }

    @Test
    void aTableHasAllFromTheStartOnceCaughtUpAndThenTheNews() throws Exception {
        String topic = topic("table");
        send(topic, "1", "2", "3");
        try (TopicReader table = TopicReader.table("table", settings, topic, this::note, health)) {
            table.start();
            table.caughtUp().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(seen).containsExactly("1", "2", "3");
            assertThat(health.notReady()).isEmpty();

            send(topic, "4");
            await().untilAsserted(() -> assertThat(seen).containsExactly("1", "2", "3", "4"));
        }
    }

    @Test
    void newsLeaveOutWhatWasThereBefore() throws Exception {
        String topic = topic("news");
        send(topic, "old");
        try (TopicReader news = TopicReader.news("news", settings, topic, this::note, health)) {
            news.start();
            news.caughtUp().toCompletableFuture().get(30, TimeUnit.SECONDS);
            send(topic, "new");
            await().untilAsserted(() -> assertThat(seen).containsExactly("new"));
        }
    }

    @Test
    void aRecordThatCannotBeReadDoesNotStopTheReader() throws Exception {
        String topic = topic("poison");
        send(topic, "poison", "good");
        try (TopicReader table = TopicReader.table(
                "poison",
                settings,
                topic,
                record -> {
                    if (new String(record.value(), UTF_8).equals("poison")) {
                        throw new IllegalArgumentException("poison");
                    }
                    note(record);
                },
                health)) {
            table.start();
            await().untilAsserted(() -> assertThat(seen).containsExactly("good"));
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        assertThat(seen.add(new String(record.value(), UTF_8))).isTrue();
    }

    private static String topic(String name) {
        KafkaTopics.create(settings, List.of(new NewTopic(name, 1, (short) 1)));
        return name;
    }

    private static void send(String topic, String... values) throws Exception {
        for (String value : values) {
            var unused = producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8)))
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
