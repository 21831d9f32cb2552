package io.millrace.rules.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.model.RuleSet;
import io.millrace.rules.source.SourceText;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleTrial;
import io.millrace.schemas.RuleTrial.Act;
import io.millrace.schemas.RuleTrial.Report;
import io.millrace.schemas.RuleTrial.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private final List<RuleTrial.Reading> readings = new ArrayList<>();

    private void at(String after, String json) {
        JsonNode value = Json.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class);
        readings.add(
                new RuleTrial.Reading(START.plus(Duration.parse("PT" + after)).toEpochMilli(), value));
    }

    private Report run(String yaml, Duration until) {
        RuleSet rules = RuleFiles.compile(List.of(new SourceText("a.rules.yaml", yaml)))
                .rules()
                .orElseThrow();
        return Trial.run(
                rules,
                new RuleTrial.Question(
                        "a.rules.yaml",
                        yaml,
                        new DeviceId("gh-1"),
                        Optional.of("greenhouse"),
                        Map.of("site", "berlin"),
                        Map.of("limit", Json.mapper().getNodeFactory().numberNode(28)),
                        START,
                        START.plus(until),
                        readings),
                Duration.ofSeconds(10));
    }

    private static String line(Step step) {
        return Duration.between(START, step.time()) + " " + step.rule() + " " + step.state() + " " + step.values();
    }

    private static String line(Act act) {
        return Duration.between(START, act.time()) + " " + act.rule().orElse("-") + " " + act.action() + " "
                + act.payload().or(act::alert).orElse("")
                + act.state().map(s -> " " + s).orElse("") + " "
                + act.outcome();
    }

    @Test
    void everyStepIsToldWithTheValuesOfItsMomentAndWhatWasSent() {
        at("0S", "{\"temperature\":31.5,\"humidity\":40}");
        at("30S", "{\"humidity\":41}");
        at("90S", "{\"temperature\":26}");

        Report report = run(
                "rules: [{rule: fan, expr: temperature > device.limit, for: 1m, resolve_expr: temperature < 27, send: FAN_ON,"
                        + " on_resolved: [{send: FAN_OFF}]}]",
                Duration.ofMinutes(5));

        assertThat(report.readings()).isEqualTo(3);
        assertThat(report.truncated()).isFalse();
        assertThat(report.to()).isEqualTo(START.plus(Duration.ofMinutes(5)));
        assertThat(report.steps().stream().map(TrialTest::line))
                .containsExactly(
                        "PT0S a/fan pending {temperature=31.5}",
                        "PT1M a/fan firing {temperature=31.5}",
                        "PT1M30S a/fan inactive {temperature=26}");
        assertThat(report.actions().stream().map(TrialTest::line))
                .containsExactly("PT1M a/fan send FAN_ON sent", "PT1M30S a/fan send FAN_OFF sent");
    }

    @Test
    void silenceIsNoticedWithoutOtherDevicesAndAfterTheLastReading() {
        at("10S", "{\"temperature\":20}");

        Report report = run(
                "rules: [{alert: Silent, absent_for: 10m, annotations: {summary: \"${device.id}\"}}]",
                Duration.ofHours(1));

        assertThat(report.actions().stream().map(TrialTest::line))
                .containsExactly("PT10M10S a/Silent alert Silent firing sent");
        assertThat(report.actions().get(0).summary()).contains("gh-1");
    }

    @Test
    void whatIsWithheldIsToldWithItsReason() {
        for (int i = 0; i < 8; i++) {
            at(i * 2 + "S", "{\"temperature\":31}");
            at(i * 2 + 1 + "S", "{\"temperature\":20}");
        }

        Report report = run(
                "rules: [{rule: fan, expr: temperature > 30, send: FAN_ON, cooldown: 1m},"
                        + " {rule: lamp, expr: temperature > 30, send: LED_ON, dry_run: true},"
                        + " {rule: elsewhere, devices: {labels: {site: hamburg}}, expr: temperature > 30, send: X}]",
                Duration.ofSeconds(10));

        assertThat(report.actions().stream().map(TrialTest::line))
                .contains("PT0S a/fan send FAN_ON sent", "PT2S a/fan send  cooldown", "PT0S a/lamp send LED_ON dry_run")
                .noneMatch(line -> line.contains("elsewhere"));
    }

    @Test
    void whatWouldBeToldWithoutEndIsCut() {
        for (int i = 0; i < 3_000; i++) {
            at(i + "S", "{\"temperature\":" + (i % 2 == 0 ? 31 : 20) + "}");
        }

        Report report = run("rules: [{rule: fan, expr: temperature > 30, send: FAN_ON}]", Duration.ofHours(1));

        assertThat(report.steps()).hasSize(1_000);
        assertThat(report.truncated()).isTrue();
    }

    @Test
    void aReadingThatNoRuleCanUseStopsNothing() {
        at("0S", "[1]");
        at("1S", "{\"temperature\":31}");

        assertThat(run("rules: [{rule: fan, expr: temperature > 30, send: FAN_ON}]", Duration.ofMinutes(1))
                        .actions())
                .hasSize(1);
    }
}
