package io.millrace.rules.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.millrace.rules.backtest.Findings.Relation;
import io.millrace.rules.backtest.Findings.RuleFindings;
import io.millrace.rules.evaluation.TestRules;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.model.Glob;
import io.millrace.rules.model.RuleSet;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestTest {

    private static final long START = 1_763_805_600_000L;
    private static final String FAN = """
            rules:
              - rule: fan
                expr: temperature > 30
                resolve_expr: temperature < 27
                send: FAN_ON
                on_resolved: [{send: FAN_OFF}]
              - alert: Silent
                absent_for: 10m
            """;

    @TempDir
    Path directory;

    private final StringBuilder lines = new StringBuilder();

    private void reading(String device, long second, String json) {
        lines.append("{\"device\":\"%s\",\"time\":%d,\"value\":%s}\n".formatted(device, START + second * 1000, json));
    }

    private Findings run(RuleSet rules, Optional<RuleSet> other, int threads, Optional<Glob> only) throws IOException {
        Path file = Files.writeString(directory.resolve("t.jsonl"), lines);
        return run(file, rules, other, threads, only);
    }

    private static Findings run(Path file, RuleSet rules, Optional<RuleSet> other, int threads, Optional<Glob> only)
            throws IOException {
        try (Recording recording = new RecordedFile(file)) {
            Findings findings = new Backtest(rules, other, UnaryOperator.identity(), threads)
                    .run(recording, only, Map.of(), messages -> {});
            assertThat(recording.progress()).isEqualTo(1);
            return findings;
        }
    }

    private static RuleFindings rule(Findings findings, String name) {
        return findings.rules().stream()
                .filter(rule -> rule.id().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void episodesDevicesCommandsAndLengthsAreCounted() throws IOException {
        for (String device : new String[] {"a", "b", "c"}) {
            reading(device, 0, "{\"temperature\":20}");
        }
        reading("a", 10, "{\"temperature\":31}");
        reading("b", 20, "{\"temperature\":31}");
        reading("a", 70, "{\"temperature\":20}");
        reading("a", 80, "{\"temperature\":31}");
        reading("a", 85, "{\"temperature\":}");
        reading("a", 140, "{\"temperature\":20}");
        Findings findings = run(TestRules.of(FAN), Optional.empty(), 2, Optional.empty());
        RuleFindings fan = rule(findings, "fan");
        assertThat(fan.fired()).isEqualTo(3);
        assertThat(fan.devices()).isEqualTo(2);
        assertThat(fan.commands()).isEqualTo(5);
        assertThat(fan.stillFiring()).isEqualTo(1);
        assertThat(fan.median().orElseThrow()).isBetween(59_000L, 61_000L);
        assertThat(fan.storm().most()).isEqualTo(2);
        assertThat(fan.comparison().relation()).isEqualTo(Relation.ALONE);
        assertThat(findings.devices()).isEqualTo(3);
        assertThat(findings.messages()).isEqualTo(9);
        assertThat(findings.rejected()).isEqualTo(1);
        assertThat(findings.outOfOrder()).isZero();
        assertThat(findings.span()).hasSeconds(140);
    }

    @Test
    void silenceCountsOnlyWhileSomebodySpeaks() throws IOException {
        for (int second = 0; second <= 3600; second += 10) {
            if (second < 600 || second > 1200) {
                reading("talks", second, "{\"temperature\":20}");
            }
        }
        lines.insert(0, lines.substring(0, lines.indexOf("\n") + 1).replace("talks", "silent"));
        Findings findings = run(TestRules.of(FAN), Optional.empty(), 3, Optional.empty());
        assertThat(rule(findings, "Silent").fired()).isEqualTo(1);
        assertThat(rule(findings, "Silent").stillFiring()).isEqualTo(1);
    }

    @Test
    void theNumberOfThreadsAndTheCompressionChangeNothing() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            reading("d" + random.nextInt(40), i, "{\"temperature\":" + (20 + random.nextInt(15)) + "}");
        }
        RuleSet rules = TestRules.of(FAN);
        Findings one = run(rules, Optional.empty(), 1, Optional.empty());
        assertThat(rule(one, "fan").fired()).isGreaterThan(1000);
        assertThat(run(rules, Optional.empty(), 4, Optional.empty())).isEqualTo(one);
        Path gzip = directory.resolve("t.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(lines.toString().getBytes(UTF_8));
        }
        assertThat(run(gzip, rules, Optional.empty(), 2, Optional.empty())).isEqualTo(one);
        Path zstd = directory.resolve("t.jsonl.zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
            out.write(lines.toString().getBytes(UTF_8));
        }
        assertThat(run(zstd, rules, Optional.empty(), 2, Optional.empty())).isEqualTo(one);
    }

    @Test
    void twoSetsAreComparedOnTheSameReadings() throws IOException {
        reading("a", 0, "{\"temperature\":31}");
        reading("b", 1, "{\"temperature\":33}");
        reading("c", 2, "{\"temperature\":33}");
        RuleSet other = TestRules.of(FAN.replace("> 30", "> 32").replace("Silent", "Gone"));
        Findings findings = run(TestRules.of(FAN), Optional.of(other), 2, Optional.empty());
        assertThat(rule(findings, "fan").comparison().relation()).isEqualTo(Relation.CHANGED);
        assertThat(rule(findings, "fan").comparison().fired()).isEqualTo(1);
        assertThat(rule(findings, "fan").comparison().newDevices()).isEqualTo(1);
        assertThat(rule(findings, "Silent").comparison().relation()).isEqualTo(Relation.NEW);
        assertThat(rule(findings, "Gone").comparison().relation()).isEqualTo(Relation.GONE);
        Findings same = run(TestRules.of(FAN), Optional.of(TestRules.of(FAN)), 2, Optional.empty());
        assertThat(same.rules()).allMatch(rule -> rule.comparison().relation() == Relation.UNCHANGED);
    }

    @Test
    void onlyTheDevicesAskedForCount() throws IOException {
        reading("gh-1", 0, "{\"temperature\":31}");
        reading("yard-1", 1, "{\"temperature\":31}");
        Findings findings = run(TestRules.of(FAN), Optional.empty(), 1, Optional.of(new Glob("gh-*")));
        assertThat(findings.devices()).isEqualTo(1);
        assertThat(rule(findings, "fan").fired()).isEqualTo(1);
    }

    @Test
    void flappingAndUnknownAreTold() throws IOException {
        for (int i = 0; i < 40; i++) {
            reading("a", i * 60, "{\"temperature\":" + (i % 2 == 0 ? 31 : 20) + "}");
            reading("b", i * 60, "{\"humidity\":50}");
        }
        Findings findings = run(TestRules.of("""
                rules:
                  - alert: Hot
                    expr: temperature > 30
                  - alert: Calm
                    expr: temperature > 100
                """), Optional.empty(), 1, Optional.empty());
        assertThat(rule(findings, "Hot").flapping()).isEqualTo(1);
        assertThat(rule(findings, "Hot").calming()).contains("resolve_expr: temperature < 20");
        assertThat(rule(findings, "Calm").flapping()).isZero();
        assertThat(rule(findings, "Hot").fields()).containsExactly("temperature");
        assertThat(rule(findings, "Hot").unknown()).isGreaterThan(0);
    }

    @Test
    void aDivisionByZeroIsAnErrorAndNothingMissing() throws IOException {
        for (int i = 0; i < 6; i++) {
            reading("a", i * 60, "{\"load\":" + (i + 1) + ",\"fans\":" + i % 2 + "}");
        }
        Findings findings = run(
                TestRules.of("rules: [{alert: Busy, expr: load / fans > 10}]"), Optional.empty(), 1, Optional.empty());
        assertThat(rule(findings, "Busy").errors()).isEqualTo(3);
    }

    @Test
    void readingsOutOfOrderAndLinesThatAreNoneAreTold() throws IOException {
        reading("a", 100, "{\"temperature\":20}");
        reading("a", 10, "{\"temperature\":20}");
        lines.append("garbage\n\n");
        Findings findings = run(TestRules.of(FAN), Optional.empty(), 1, Optional.empty());
        assertThat(findings.outOfOrder()).isEqualTo(1);
        assertThat(findings.unreadable()).isEqualTo(1);
        assertThat(findings.complaints()).singleElement().asString().startsWith("3: expected {");
    }

    @Test
    void theNumberOfThreadsDoesNotChangeWhatLimitsWouldHaveDone() throws IOException {
        for (int i = 0; i < 80; i++) {
            reading("d" + i, i / 4, "{\"temperature\":31}");
        }
        for (int i = 0; i < 80; i++) {
            reading("d" + i, 100 + i, "{\"temperature\":20}");
        }
        RuleSet rules = TestRules.of("""
                rules:
                  - rule: fan
                    expr: temperature > 30
                    send: FAN_ON
                    limits: {per_rule: 25/1m}
                """);
        Findings one = run(rules, Optional.empty(), 1, Optional.empty());
        RuleFindings fan = rule(one, "fan");
        assertThat(fan.commands()).isEqualTo(80);
        assertThat(fan.storm().most()).isEqualTo(80);
        assertThat(fan.storm().brake()).hasValue(50);
        // The 51st device is the third of the thirteenth second.
        assertThat(fan.storm().brakedAt()).hasValue(START + 12_000);
        assertThat(fan.storm().beyond()).isEqualTo(55);
        assertThat(run(rules, Optional.empty(), 5, Optional.empty())).isEqualTo(one);
    }

    @Test
    void aRulesOwnLimitsAreThoseOfTheBackTest() throws IOException {
        for (int i = 0; i < 12; i++) {
            reading("a", i * 4, "{\"temperature\":" + (i % 2 == 0 ? 31 : 20) + "}");
            reading("b", i * 4, "{\"temperature\":31}");
        }
        Findings findings = run(TestRules.of("""
                rules:
                  - rule: fan
                    expr: temperature > 30
                    send: FAN_ON
                    limits: {per_device: 3/1m, max_devices: 1/1m}
                  - alert: Hot
                    expr: temperature > 30
                """), Optional.empty(), 2, Optional.empty());
        RuleFindings fan = rule(findings, "fan");
        assertThat(fan.storm().tripped()).isEqualTo(1);
        assertThat(fan.commands()).isEqualTo(4);
        assertThat(fan.storm().brake()).hasValue(1);
        assertThat(fan.storm().brakedAt()).hasValue(START);
        assertThat(rule(findings, "Hot").storm().brake()).isEmpty();
        assertThat(rule(findings, "Hot").storm().most()).isEqualTo(2);
    }

    @Test
    void labelsAndAttributesSelectAsTheyDoLive() throws IOException {
        reading("gh-1", 0, "{\"temperature\":9}");
        reading("gh-2", 0, "{\"temperature\":9}");
        reading("stranger", 0, "{\"temperature\":9}");
        for (int second = 30; second < 900; second += 10) {
            reading("gh-1", second, "{\"temperature\":9}");
        }
        RuleSet rules = TestRules.of("""
                rules:
                  - alert: FridgeWarm
                    devices: {labels: {kind: fridge}}
                    expr: temperature > device.maxTemp
                  - alert: NeverHeard
                    devices: {labels: {kind: door}}
                    absent_for: 10m
                """);
        Map<String, DeviceAttributes> registry = Map.of(
                "gh-1", new DeviceAttributes(Map.of("kind", "fridge"), Map.of("maxTemp", 8.0)),
                "gh-2", new DeviceAttributes(Map.of("kind", "fridge"), Map.of("maxTemp", 10.0)),
                "door-1", new DeviceAttributes(Map.of("kind", "door"), Map.of()));
        Path file = Files.writeString(directory.resolve("t.jsonl"), lines);
        try (Recording recording = new RecordedFile(file)) {
            Findings findings = new Backtest(rules, Optional.empty(), UnaryOperator.identity(), 2)
                    .run(recording, Optional.empty(), registry, messages -> {});
            assertThat(rule(findings, "FridgeWarm").fired()).isEqualTo(1);
            assertThat(rule(findings, "NeverHeard").fired()).isEqualTo(1);
            assertThat(findings.devices()).isEqualTo(3);
        }
    }
}
