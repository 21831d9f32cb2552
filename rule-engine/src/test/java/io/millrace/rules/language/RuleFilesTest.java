package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Operation;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.model.Trigger;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleFilesTest {

    private static final String FAN = """
            rules:
              - rule: fan
                expr: temperature > 30
                send: FAN_ON
            """;

    @TempDir
    Path directory = Path.of("");

    private static RuleFiles.Loaded compile(String... texts) {
        List<SourceText> sources = new java.util.ArrayList<>();
        for (String text : texts) {
            sources.add(new SourceText("file" + sources.size() + ".rules.yaml", text));
        }
        return RuleFiles.compile(sources);
    }

    private static RuleSet good(String... texts) {
        RuleFiles.Loaded loaded = compile(texts);
        assertThat(loaded.problems()).isEmpty();
        return loaded.rules().orElseThrow();
    }

    private static Rule only(String text) {
        return good(text).rules().get(0);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    @Test
    void aDirectoryGivesItsRuleFilesByName() throws IOException {
        write("b.rules.yaml", FAN);
        write("a.yml", FAN);
        write("c.yaml", FAN);
        write("a.test.yaml", "tests: []");
        write(".hidden.yaml", "broken: [");
        write("notes.txt", "no rules");
        Files.createDirectory(directory.resolve("sub"));
        RuleSet rules = RuleFiles.load(directory).rules().orElseThrow();
        assertThat(rules.rules())
                .extracting(Rule::id)
                .containsExactly(new RuleId("a", "fan"), new RuleId("b", "fan"), new RuleId("c", "fan"));
    }

    @Test
    void aConfigMapIsReadThroughItsLinksAndOnlyOnce() throws IOException {
        Path version = Files.createDirectory(directory.resolve("..2026_11_22"));
        Files.writeString(version.resolve("fan.rules.yaml"), FAN);
        Files.createSymbolicLink(directory.resolve("..data"), version.getFileName());
        Files.createSymbolicLink(directory.resolve("fan.rules.yaml"), Path.of("..data/fan.rules.yaml"));
        assertThat(RuleFiles.load(directory).rules().orElseThrow().rules()).hasSize(1);
    }

    @Test
    void anEmptyDirectoryIsAnEmptySetAndAMissingOneAnError() throws IOException {
        assertThat(RuleFiles.load(directory).rules().orElseThrow().rules()).isEmpty();
        assertThatThrownBy(() -> RuleFiles.load(directory.resolve("nowhere"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void oneBadFileRefusesTheWholeSet() {
        RuleFiles.Loaded loaded = compile(FAN, "rules:\n  - alert: A\n    expr: temperature >\n");
        assertThat(loaded.rules()).isEmpty();
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.position().file()).isEqualTo("file1.rules.yaml");
            assertThat(problem.rule()).hasValue("A");
        });
    }

    @Test
    void twoFilesMayNotShareAGroupAndAName() {
        String grouped = "groups: [{name: g, rules: [{alert: A, expr: a > 1}]}]";
        RuleFiles.Loaded loaded = compile(grouped, grouped);
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("E104");
            assertThat(problem.help()).contains("file0.rules.yaml:1:36");
        });
    }

    @Test
    void aByteOrderMarkIsNoText() throws IOException {
        write("a.yaml", "\uFEFF" + FAN);
        assertThat(RuleFiles.load(directory).problems()).isEmpty();
    }

    @Test
    void whatIsNotWrittenHasItsDefault() {
        Rule rule = only(FAN);
        assertThat(rule.kind()).isEqualTo(RuleKind.RULE);
        assertThat(rule.position().toString()).isEqualTo("file0.rules.yaml:2:11");
        assertThat(rule.trigger().missing()).isEqualTo(Trigger.Missing.HOLD);
        assertThat(rule.trigger().initial()).isEqualTo(Trigger.Initial.FIRE);
        assertThat(rule.trigger().mode()).isEqualTo(Trigger.Mode.EDGE);
        assertThat(rule.timing().holdFor()).isZero();
        assertThat(rule.timing().forSamples()).isEqualTo(1);
        assertThat(rule.timing().cooldown()).isZero();
        assertThat(rule.timing().repeatInterval()).isEmpty();
        assertThat(rule.timing().staleAfter()).isEqualTo(Duration.ofMinutes(15));
        assertThat(rule.timing().maxAge()).isEqualTo(Duration.ofMinutes(5));
        assertThat(rule.operation())
                .isEqualTo(new Operation(true, false, 100, Operation.OnRemoved.RESOLVE, Optional.empty()));
        assertThat(rule.onFiring()).singleElement().satisfies(action -> {
            Action.Send send = (Action.Send) action;
            assertThat(send.qos()).isEqualTo(1);
            assertThat(send.expires()).isEqualTo(Duration.ofSeconds(60));
            assertThat(send.to()).isEmpty();
        });
        assertThat(only("rules: [{alert: A, expr: a > 1, trigger: level}]")
                        .timing()
                        .cooldown())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void defaultsOfTheGroupGoBeforeThoseOfTheFileAndLabelsMerge() {
        RuleSet rules = good("""
                defaults:
                  stale_after: 1m
                  cooldown: 1m
                  labels: {a: file, b: file, c: file}
                groups:
                  - name: g
                    devices: "gh-*"
                    defaults:
                      cooldown: 2m
                      labels: {b: group, c: group}
                    rules:
                      - alert: A
                        expr: a > 1
                        devices: {labels: {site: berlin}}
                        labels: {c: rule}
                """);
        Rule rule = rules.rules().get(0);
        assertThat(rule.timing().staleAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(rule.timing().cooldown()).isEqualTo(Duration.ofMinutes(2));
        assertThat(rule.labels())
                .hasEntrySatisfying("a", label -> assertThat(label.source()).isEqualTo("file"));
        assertThat(rule.labels())
                .hasEntrySatisfying("b", label -> assertThat(label.source()).isEqualTo("group"));
        assertThat(rule.labels())
                .hasEntrySatisfying("c", label -> assertThat(label.source()).isEqualTo("rule"));
        DeviceAttributes berlin = new DeviceAttributes(Map.of("site", "berlin"), Map.of());
        assertThat(rule.appliesTo("gh-1", berlin)).isTrue();
        assertThat(rule.appliesTo("gh-1", DeviceAttributes.UNREGISTERED)).isFalse();
        assertThat(rule.appliesTo("yard-1", berlin)).isFalse();
    }

    @Test
    void aSelectionAsksTheRegistry() {
        Rule rule = only("""
                rules:
                  - alert: A
                    expr: a > 1
                    devices:
                      ids: "f*"
                      expr: semver(device.firmware).isGreaterThan(semver("2.0.0")) && device.id != "f9"
                """);
        DeviceAttributes young = new DeviceAttributes(Map.of(), Map.of("firmware", "2.10.0"));
        DeviceAttributes old = new DeviceAttributes(Map.of(), Map.of("firmware", "v1.9"));
        assertThat(rule.appliesTo("f1", young)).isTrue();
        assertThat(rule.appliesTo("f9", young)).isFalse();
        assertThat(rule.appliesTo("g1", young)).isFalse();
        assertThat(rule.appliesTo("f1", old)).isFalse();
        assertThat(rule.appliesTo("f1", DeviceAttributes.UNREGISTERED))
                .as("unknown")
                .isFalse();
        assertThat(rule.devices().byIdOnly()).isFalse();
    }

    @Test
    void aMistakeInDefaultsIsReportedOnce() {
        RuleFiles.Loaded loaded =
                compile("defaults: {cooldown: 5}\nrules: [{alert: A, expr: a > 1}, {alert: B, expr: b > 1}]");
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("E110");
            assertThat(problem.rule()).isEmpty();
        });
    }

    @Test
    void anEditChangesThatPartOfTheRuleOnly() {
        String rule = "rules: [{alert: A, expr: a > 1, for: 1m, send: X, labels: {l: a}}]";
        var before = only(rule).fingerprints();
        assertThat(only(rule.replace("alert: A", "\"alert\":   'A'") + " # noted")
                        .fingerprints())
                .isEqualTo(before);
        var timing = only(rule.replace("1m", "2m")).fingerprints();
        assertThat(timing.timing()).isNotEqualTo(before.timing());
        assertThat(timing.condition() + timing.actions() + timing.texts())
                .isEqualTo(before.condition() + before.actions() + before.texts());
        var texts = only(rule.replace("l: a", "l: b")).fingerprints();
        assertThat(texts.texts()).isNotEqualTo(before.texts());
        assertThat(texts.condition() + texts.timing() + texts.actions())
                .isEqualTo(before.condition() + before.timing() + before.actions());
        var actions = only(rule.replace("X", "Y")).fingerprints();
        assertThat(actions.actions()).isNotEqualTo(before.actions());
        assertThat(actions.condition() + actions.timing() + actions.texts())
                .isEqualTo(before.condition() + before.timing() + before.texts());
        var condition = only(rule.replace("> 1", "> 2")).fingerprints();
        assertThat(condition.condition()).isNotEqualTo(before.condition());
        assertThat(good(rule).revision()).isEqualTo(good(rule + "\n\n").revision());
        assertThat(good(rule).revision())
                .isNotEqualTo(good(rule.replace("> 1", "> 2")).revision());
    }

    @Test
    void aFieldThatTwoFilesDeclareDifferentlyHasASlotEach() {
        String strict = "fields: {a: {type: number, max: 5}}\nrules: [{alert: A, expr: a > 1}]";
        String open = "rules: [{alert: B, expr: a > 1}, {alert: C, expr: a > 2}]";
        assertThat(good(strict, open, strict.replace("alert: A", "alert: D"))
                        .fields()
                        .fields())
                .extracting(field -> field.name() + field.slot())
                .containsExactly("a0", "a1");
    }

    @Test
    void actionsCarryTheirPayloads() {
        Rule rule = only("""
                rules:
                  - rule: a
                    expr: a > 1
                    on_firing:
                      - send: {cmd: fan, n: "${1 + 1}", t: "x${1}", list: [1, 2.5, true, null, "1"], deep: {a: "\\"\\n"}}
                      - send: OFF
                      - publish: topic
                        value: {}
                """);
        assertThat(rule.onFiring().stream().limit(2).map(action -> ((Action.Send) action)
                        .payload()
                        .render(new io.millrace.rules.expression.Frame())
                        .orElseThrow()))
                .containsExactly(
                        "{\"cmd\":\"fan\",\"n\":2,\"t\":\"x1\",\"list\":[1,2.5,true,null,\"1\"],\"deep\":{\"a\":\"\\\"\\n\"}}",
                        "OFF");
        assertThat(((Action.Publish) rule.onFiring().get(2)).value().render(new io.millrace.rules.expression.Frame()))
                .hasValue("{}");
    }

    @Test
    void yaml12LeavesWordsAlone() {
        Rule rule = only("rules: [{rule: a, expr: a > 1, send: OFF, labels: {on: 22:00, off: no, n: 0x1F}}]");
        assertThat(rule.labels().values().stream().map(Template::source)).containsExactly("22:00", "no", "0x1F");
    }
}
