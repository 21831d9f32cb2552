package io.millrace.rules.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.TestKafka;
import io.millrace.rules.distribution.RuleEditing.Mistakes;
import io.millrace.rules.distribution.RuleEditing.Refused;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.RuleFileSet;
import io.millrace.schemas.RuleFileSet.Edit;
import io.millrace.schemas.RuleFileSet.Edited;
import io.millrace.schemas.RuleSetRecord;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RuleEditingIT {

    static {
        // Others build and test beside us.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private static final RulesInForce.Listener NOBODY = new RulesInForce.Listener() {
        @Override
        public void reload(boolean successful) {}

        @Override
        public void inForce(RuleSet rules) {}
    };

    @TempDir
    static Path kafkaData;

    @TempDir
    Path directory;

    private static TestKafka kafka;
    private KafkaSettings settings;
    private Topics topics;
    private final List<RulesInForce> opened = new ArrayList<>();

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
        opened.forEach(RulesInForce::close);
    }

    private RulesInForce rules(Optional<Path> path) {
        RulesInForce rules = new RulesInForce(
                new RulesInForce.Role(path, Duration.ofMinutes(3), "rules-0"),
                settings,
                topics,
                new Health(),
                Clock.systemUTC(),
                NOBODY);
        opened.add(rules);
        rules.start();
        return rules;
    }

    private RuleEditing editing(boolean editable) throws IOException {
        Files.writeString(directory.resolve("a.rules.yaml"), rule("first"));
        return new RuleEditing(rules(Optional.of(directory)), editable);
    }

    private static String rule(String name) {
        return "rules: [{rule: " + name + ", expr: temperature > 30, send: X}]\n";
    }

    private static String revision(RuleEditing editing, String file) throws IOException {
        return editing.look().items().stream()
                .filter(item -> item.file().equals(file))
                .map(RuleFileSet.Item::revision)
                .findFirst()
                .orElseThrow();
    }

    private static Edit write(String file, String text, Optional<String> revision) {
        return new Edit(file, Optional.of(text), revision, "ann");
    }

    private List<String> inForce() {
        return opened.get(0).current().rules().stream()
                .map(rule -> rule.id().toString())
                .toList();
    }

    private static void assertRefused(int status, String code, ThrowingCallable edit) {
        assertThatThrownBy(edit).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.status()).as(refused.getMessage()).isEqualTo(status);
            assertThat(refused.code()).isEqualTo(code);
        });
    }

    @Test
    void aChangedFileIsInForceWhenItIsToldAndAlsoItsReturn() throws Exception {
        RuleEditing editing = editing(true);
        String first = revision(editing, "a.rules.yaml");

        Edited changed = editing.edit(write("a.rules.yaml", rule("second"), Optional.of(first)));
        assertThat(inForce()).containsExactly("a/second");
        assertThat(Files.readString(directory.resolve("a.rules.yaml"))).isEqualTo(rule("second"));
        assertThat(changed.hash()).isEqualTo(editing.look().hash());
        RuleSetRecord published = opened.get(0).published().orElseThrow();
        assertThat(published.by()).isEqualTo("rules-0, edited by ann");

        // What was in force a moment ago is not taken for files that have not caught up.
        Edited back = editing.edit(write("a.rules.yaml", rule("first"), changed.revision()));
        assertThat(back.revision()).contains(first);
        assertThat(inForce()).containsExactly("a/first");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactly("a.rules.yaml");
        }
    }

    @Test
    void filesComeAndGo() throws Exception {
        RuleEditing editing = editing(true);
        Edited made = editing.edit(write("b.rules.yaml", rule("more"), Optional.empty()));
        assertThat(inForce()).containsExactly("a/first", "b/more");
        assertRefused(412, "changed-meanwhile", () -> editing.edit(write("b.rules.yaml", rule("x"), Optional.empty())));
        Edited gone = editing.edit(new Edit("b.rules.yaml", Optional.empty(), made.revision(), "ann"));
        assertThat(gone.revision()).isEmpty();
        assertThat(inForce()).containsExactly("a/first");
        assertThat(directory.resolve("b.rules.yaml")).doesNotExist();
        assertRefused(
                404,
                "unknown-file",
                () -> editing.edit(new Edit("b.rules.yaml", Optional.empty(), made.revision(), "ann")));
    }

    @Test
    void whatIsWrongChangesNothing() throws Exception {
        RuleEditing editing = editing(true);
        Optional<String> seen = Optional.of(revision(editing, "a.rules.yaml"));
        assertThatThrownBy(
                        () -> editing.edit(write("a.rules.yaml", "rules: [{rule: fan, expr: x + 1, send: A}]\n", seen)))
                .isInstanceOfSatisfying(
                        Mistakes.class,
                        mistakes -> assertThat(mistakes.loaded().problems()).isNotEmpty());
        assertThatThrownBy(() -> editing.edit(write("b.rules.yaml", "rules: [", Optional.empty())))
                .isInstanceOf(Mistakes.class);
        assertRefused(
                412,
                "changed-meanwhile",
                () -> editing.edit(write("a.rules.yaml", rule("x"), Optional.of("0".repeat(64)))));
        assertRefused(
                413,
                "too-large",
                () -> editing.edit(write("b.rules.yaml", "#" + "x".repeat(RuleEditing.MAX_TEXT), Optional.empty())));
        for (String name : List.of(
                "../b.rules.yaml",
                "b/../../c.rules.yaml",
                "/etc/b.rules.yaml",
                "..",
                ".b.rules.yaml",
                "b.test.yaml",
                "b.txt",
                "b\\c.yaml",
                "b\u0000.yaml",
                "b\n.yaml",
                "x".repeat(200) + ".yaml")) {
            assertRefused(400, "invalid-field", () -> editing.edit(write(name, rule("x"), Optional.empty())));
        }
        assertThat(inForce()).containsExactly("a/first");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aMistakeOnTheDiskIsMendedByAnEdit() throws Exception {
        RuleEditing editing = editing(true);
        Files.writeString(directory.resolve("a.rules.yaml"), "rules: [");
        await().untilAsserted(() -> assertThat(opened.get(0).isUpToDate()).isFalse());
        assertThat(editing.look().reason()).isEmpty();
        assertThat(editing.look().items()).extracting(RuleFileSet.Item::text).containsExactly("rules: [");

        var unused =
                editing.edit(write("a.rules.yaml", rule("mended"), Optional.of(revision(editing, "a.rules.yaml"))));
        assertThat(inForce()).containsExactly("a/mended");
        assertThat(opened.get(0).isUpToDate()).isTrue();
    }

    @Test
    void whereItIsNotAllowedItIsSaidWhy() throws Exception {
        RuleEditing editing = editing(false);
        assertThat(editing.look().items()).hasSize(1);
        assertThat(editing.look().reason().orElse("")).contains("rules.editable", "rules-0");
        assertRefused(
                409, "rules-not-editable", () -> editing.edit(write("b.rules.yaml", rule("x"), Optional.empty())));
        assertThat(directory.resolve("b.rules.yaml")).doesNotExist();
    }

    @Test
    void rulesOfTheTopicAreEditedOnTheTopicUnlessAnEngineHasThem() throws Exception {
        RuleEditing editing = new RuleEditing(rules(Optional.empty()), true);
        assertThat(editing.look().items()).isEmpty();
        Edited made = editing.edit(write("a.rules.yaml", rule("first"), Optional.empty()));
        assertThat(inForce()).containsExactly("a/first");
        RuleSetRecord published = opened.get(0).published().orElseThrow();
        assertThat(published.by()).isEqualTo("ann");
        assertThat(published.origin()).isEqualTo(RuleSetRecord.Origin.APPLIED);
        var unused = editing.edit(write("a.rules.yaml", rule("second"), made.revision()));
        assertThat(inForce()).containsExactly("a/second");
        assertThat(new RuleEditing(opened.get(0), false).look().reason().orElse(""))
                .contains("rules apply");

        RuleSetTopic.put(
                settings,
                topics,
                opened.get(0)
                        .published()
                        .orElseThrow()
                        .followedBy(
                                "r",
                                List.of(new RuleSetRecord.File("b.rules.yaml", rule("third"))),
                                Clock.systemUTC().instant(),
                                "rules-7"));
        await().untilAsserted(() -> assertThat(inForce()).containsExactly("b/third"));
        assertThat(editing.look().reason().orElse("")).contains("rules-7");
        assertRefused(
                409, "rules-not-editable", () -> editing.edit(write("c.rules.yaml", rule("x"), Optional.empty())));
    }
}
