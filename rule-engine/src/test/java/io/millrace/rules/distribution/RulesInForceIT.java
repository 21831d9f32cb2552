package io.millrace.rules.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RulesInForceIT {

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final Duration SETTLE = Duration.ofMinutes(3);
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    static Path kafkaData;

    @TempDir
    Path files;

    private static TestKafka kafka;
    private KafkaSettings settings;
    private Topics topics;
    private final List<Instance> instances = new ArrayList<>();
    private volatile Instant now = START;

    /** One engine's part in it. */
    private final class Instance implements RulesInForce.Listener, AutoCloseable {
        final AtomicBoolean good = new AtomicBoolean();
        final RulesInForce rules;

        Instance(String name, Optional<Path> path, Duration settle) {
            rules = new RulesInForce(
                    new RulesInForce.Role(path, settle, name), settings, topics, new Health(), () -> now, this);
            instances.add(this);
        }

        Instance start() {
            rules.start();
            return this;
        }

        /** The names of the rules in force. */
        List<String> names() {
            return rules.current().rules().stream()
                    .map(rule -> rule.id().name())
                    .toList();
        }

        @Override
        public void reload(boolean successful) {
            good.set(successful);
        }

        @Override
        public void inForce(RuleSet set) {
            assertThat(set).isNotNull();
        }

        @Override
        public void close() {
            rules.close();
        }
    }

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = TestKafka.start(kafkaData);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void topicOfItsOwn(TestInfo test) {
        String prefix = test.getTestMethod().orElseThrow().getName() + ".";
        settings = new KafkaSettings(kafka.bootstrapServers(), prefix, true, 1, 1, 1, Duration.ofDays(1), Map.of());
        topics = new Topics(prefix);
        KafkaTopics.create(settings, topics.all(1, 1, (short) 1, Duration.ofDays(1)));
    }

    @AfterEach
    void stop() {
        instances.forEach(Instance::close);
    }

    private static String rule(String name) {
        return "rules: [{rule: " + name + ", expr: temperature > 30, send: X}]\n";
    }

    private Path files(String instance, String yaml) throws IOException {
        Path directory = Files.createDirectories(files.resolve(instance));
        Files.writeString(directory.resolve("a.rules.yaml"), yaml);
        return directory;
    }

    private Instance instance(String name, String yaml) throws IOException {
        return new Instance(name, Optional.of(files(name, yaml)), SETTLE);
    }

    @Test
    void whatOneInstanceSeesAllRun() throws Exception {
        Instance one = instance("one", rule("first")).start();
        Instance two = instance("two", rule("first")).start();
        Instance none = new Instance("none", Optional.empty(), SETTLE).start();
        assertThat(one.names()).containsExactly("first");
        assertThat(two.names()).containsExactly("first");
        assertThat(none.names()).containsExactly("first");

        files("one", rule("second"));
        for (Instance instance : instances) {
            await().untilAsserted(() -> assertThat(instance.names()).containsExactly("second"));
            assertThat(instance.rules.current().revision())
                    .isEqualTo(one.rules.current().revision());
        }
        await().untilAsserted(() -> assertThat(
                        none.rules.published().orElseThrow().files().toString())
                .contains("second"));
        assertThat(none.rules.published().orElseThrow().by()).isEqualTo("one");
    }

    @Test
    void filesThatWereReplacedAMomentAgoAreNotPutBackByWhoSeesThemLate() throws Exception {
        Instance one = instance("one", rule("first")).start();
        files("one", rule("second"));
        await().untilAsserted(() -> assertThat(one.names()).containsExactly("second"));

        // A pod whose kubelet still shows the old files.
        now = START.plusSeconds(60);
        Instance late = instance("late", rule("first")).start();
        assertThat(late.names()).containsExactly("second");
        assertThat(one.names()).containsExactly("second");

        // They are still there after that time: somebody means them.
        now = START.plus(SETTLE).plusSeconds(61);
        await().untilAsserted(() -> assertThat(one.names()).containsExactly("first"));
        await().untilAsserted(() -> assertThat(late.names()).containsExactly("first"));
    }

    @Test
    void whereTheFilesHaveTheLastWordTheyAreInForceAtOnce() throws Exception {
        try (Instance before = instance("one", rule("first")).start()) {
            files("one", rule("second"));
            await().untilAsserted(() -> assertThat(before.names()).containsExactly("second"));
        }
        Instance after = new Instance("one", Optional.of(files("one", rule("first"))), Duration.ZERO).start();
        assertThat(after.names()).containsExactly("first");
    }

    @Test
    void anInstanceWithBadFilesGoesOnWithTheSetInForce() throws Exception {
        Instance good = instance("good", rule("first")).start();
        Instance bad = instance("bad", "rules: [{rule: broken}]\n").start();
        assertThat(bad.names()).containsExactly("first");
        assertThat(bad.good).isFalse();
        await().untilTrue(good.good);

        files("bad", rule("mended"));
        await().untilAsserted(() -> assertThat(good.names()).containsExactly("mended"));
        await().untilTrue(bad.good);
    }

    @Test
    void badFilesWithoutASetInForceRefuseTheStart() throws Exception {
        Instance bad = instance("bad", "rules: [{rule: broken}]\n");
        assertThatThrownBy(bad::start).isInstanceOf(StartException.class).hasMessageContaining("a.rules.yaml:1:");
        Instance nowhere = new Instance("nowhere", Optional.of(files.resolve("nowhere")), SETTLE);
        assertThatThrownBy(nowhere::start)
                .isInstanceOf(StartException.class)
                .hasMessage("rules.path: " + files.resolve("nowhere") + " does not exist");
    }

    @Test
    void aSwapOfAConfigMapIsNoticed() throws Exception {
        Path mount = Files.createDirectories(files.resolve("mount"));
        swap(mount, "..2026_1", rule("first"));
        Files.createSymbolicLink(mount.resolve("a.rules.yaml"), Path.of("..data", "a.rules.yaml"));
        Instance pod = new Instance("pod", Optional.of(mount), SETTLE).start();
        assertThat(pod.names()).containsExactly("first");
        swap(mount, "..2026_2", rule("second"));
        await().untilAsserted(() -> assertThat(pod.names()).containsExactly("second"));
    }

    /** As kubelets do it: a new directory, and a link moved over the old one. */
    private static void swap(Path mount, String name, String yaml) throws IOException {
        Files.writeString(Files.createDirectories(mount.resolve(name)).resolve("a.rules.yaml"), yaml);
        Path link = Files.createSymbolicLink(mount.resolve("..tmp"), Path.of(name));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
