package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.rules.distribution.RuleControlTopic;
import io.millrace.rules.distribution.RulesInForce;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code apply}, {@code mute}, {@code unmute} and {@code release} as people call them, on a real Kafka. */
@Timeout(180)
class SteeringIT {

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final String TWO_RULES = """
            rules:
              - {rule: fan, expr: temperature > 30, send: FAN_ON}
              - {alert: Hot, expr: temperature > 40}
            """;

    @TempDir
    static Path kafkaData;

    @TempDir
    Path directory;

    private static TestKafka kafka;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<AutoCloseable> open = new ArrayList<>();
    private KafkaSettings settings;
    private Topics topics;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = TestKafka.start(kafkaData);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void topicsOfItsOwn(TestInfo test) {
        String prefix = test.getTestMethod().orElseThrow().getName() + ".";
        settings = new KafkaSettings(kafka.bootstrapServers(), prefix, true, 1, 1, 1, Duration.ofDays(1), Map.of());
        topics = new Topics(prefix);
        KafkaTopics.create(settings, topics.all(1, 1, (short) 1, Duration.ofDays(1)));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kafka", kafka.bootstrapServers(), "--topic-prefix", topics.prefix(), "--by", "ann"));
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(all.toArray(String[]::new));
    }

    private String file(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    private RulesInForce engine(Optional<Path> path, Duration settle) {
        RulesInForce rules = new RulesInForce(
                new RulesInForce.Role(path, settle, "rules-0"),
                settings,
                topics,
                new Health(),
                InstantSource.system(),
                new RulesInForce.Listener() {
                    @Override
                    public void reload(boolean successful) {}

                    @Override
                    public void inForce(RuleSet set) {}
                });
        open.add(rules);
        rules.start();
        return rules;
    }

    private static List<String> names(RulesInForce rules) {
        return rules.current().rules().stream()
                .map(rule -> rule.id().toString())
                .toList();
    }

    @Test
    void appliedFilesAreInForceOnEnginesWithoutFiles() throws Exception {
        RulesInForce engine = engine(Optional.empty(), Duration.ofMinutes(3));
        String file = file("a.rules.yaml", TWO_RULES);
        assertThat(run("apply", file)).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("added a/fan")
                .contains("2 added, 0 removed")
                .contains("in force: revision ");
        await().untilAsserted(() -> assertThat(names(engine)).containsExactly("a/fan", "a/Hot"));
        assertThat(engine.published().orElseThrow().by()).isEqualTo("ann");

        assertThat(run("apply", file)).isZero();
        assertThat(out.toString()).contains("in force already");

        String next = file("a.rules.yaml", TWO_RULES.replace("30", "35"));
        assertThat(run("apply", next, "--dry-run")).isZero();
        assertThat(out.toString()).contains("changed a/fan").contains("condition: ");
        assertThat(names(engine)).hasSize(2);
        String before = engine.current().revision();
        assertThat(run("apply", next)).isZero();
        await().until(() -> !engine.current().revision().equals(before));
    }

    @Test
    void filesWithAMistakeChangeNothing() throws Exception {
        RulesInForce engine = engine(Optional.empty(), Duration.ofMinutes(3));
        assertThat(run("apply", file("a.rules.yaml", TWO_RULES))).isZero();
        await().until(() -> names(engine).size() == 2);
        assertThat(run("apply", file("good.rules.yaml", TWO_RULES), file("bad.rules.yaml", "rules: [{rule: x}]\n")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("bad.rules.yaml:1:");
        assertThat(run("apply", directory.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(names(engine)).containsExactly("a/fan", "a/Hot");
    }

    @Test
    void filesOfAnEngineAreTakenOverOnlyByForceAndThenComeBackOnlyEdited() throws Exception {
        file("engine/a.rules.yaml", TWO_RULES);
        RulesInForce engine = engine(Optional.of(directory.resolve("engine")), Duration.ofMillis(1));
        String other = file("b.rules.yaml", TWO_RULES);
        assertThat(run("apply", other)).isEqualTo(1);
        assertThat(err.toString()).contains("files of engine rules-0").contains("rules.from-topic-only");
        assertThat(names(engine)).containsExactly("a/fan", "a/Hot");

        assertThat(run("apply", other, "--force")).as(err.toString()).isZero();
        await().untilAsserted(() -> assertThat(names(engine)).containsExactly("b/fan", "b/Hot"));
        engine.close();
        RulesInForce restarted = engine(Optional.of(directory.resolve("engine")), Duration.ofMillis(1));
        assertThat(names(restarted)).as("its files are from before").containsExactly("b/fan", "b/Hot");
        assertThat(run("apply", file("b.rules.yaml", TWO_RULES.replace("40", "41"))))
                .isZero();
        file("engine/a.rules.yaml", TWO_RULES.replace("fan", "blower"));
        await().untilAsserted(() -> assertThat(names(restarted)).containsExactly("a/blower", "a/Hot"));
    }

    @Test
    void wordsAboutRulesReachTheTopic() throws Exception {
        RuleControlTopic controls = new RuleControlTopic(settings, topics, new Health());
        open.add(controls);
        controls.start();
        assertThat(run("mute", "fan")).isEqualTo(1);
        assertThat(err.toString()).contains("no rules have ever been in force");
        assertThat(run("apply", file("a.rules.yaml", TWO_RULES))).isZero();

        RuleId fan = new RuleId("a", "fan");
        assertThat(run("mute", "fan", "--for", "2h", "--reason", "cleaning"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).startsWith("a/fan is muted from ").contains(" until ");
        Instant later = Instant.now().plusSeconds(60);
        await().until(() -> controls.current().mute(fan, later).isPresent());
        var word = controls.current().mute(fan, later).orElseThrow();
        assertThat(word.until() - word.from()).isEqualTo(Duration.ofHours(2).toMillis());
        assertThat(word.said().by()).isEqualTo("ann");
        assertThat(word.said().reason()).isEqualTo("cleaning");

        assertThat(run("unmute", "a/fan")).isZero();
        await().until(() -> controls.current().mute(fan, later).isEmpty());
        assertThat(run("release", "fan")).isZero();
        assertThat(out.toString()).startsWith("a/fan is released from ");
        assertThat(run("mute", "Hot", "--until", later.plusSeconds(3600).toString()))
                .isZero();
        await().until(() ->
                controls.current().mute(new RuleId("a", "Hot"), later).isPresent());
    }

    @Test
    void wordsThatCannotBeMeantAreRefused() throws Exception {
        assertThat(run("apply", file("a.rules.yaml", TWO_RULES))).isZero();
        assertThat(run("mute", "fun")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no rule \"fun\"").contains("fan");
        assertThat(run("mute", "fan", "--for", "31d")).isEqualTo(2);
        assertThat(err.toString()).contains("--for 31d (expected a duration of at most 30d");
        assertThat(run("mute", "fan", "--until", "2020-01-01T00:00:00Z")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a time within the next 30 days");
        assertThat(run("mute", "fan", "--until", "tomorrow")).isEqualTo(2);
        assertThat(run("mute", "fan", "--for", "1h", "--until", "2020-01-01T00:00:00Z"))
                .isEqualTo(2);
        assertThat(run("release", "fan", "--reason", "x".repeat(501))).isEqualTo(2);
        assertThat(err.toString()).contains("reason: 501 characters (expected at most 500)");
    }
}
