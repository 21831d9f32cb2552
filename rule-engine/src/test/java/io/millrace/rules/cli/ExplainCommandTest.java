package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class ExplainCommandTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final StringBuilder recording = new StringBuilder();

    @BeforeEach
    void rules() throws IOException {
        Files.writeString(directory.resolve("fan.rules.yaml"), """
                rules:
                  - rule: fan
                    expr: temperature > 30 && (!ledState || door == "open")
                    for: 1m
                    cooldown: 10m
                    send: FAN_ON
                  - alert: Silent
                    devices: "gh-*"
                    absent_for: 10m
                """);
    }

    private void reading(String device, long second, String json) {
        recording.append("{\"device\":\"%s\",\"time\":\"%s\",\"value\":%s}%n"
                .formatted(device, START.plusSeconds(second), json));
    }

    private int explain(String rule, String... more) throws IOException {
        Path file = Files.writeString(directory.resolve("t.jsonl"), recording);
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] arguments = {
            "explain", rule, "--rules", directory.toString(), "--device", "esp32-07", "--from", file.toString()
        };
        String[] all = java.util.stream.Stream.concat(java.util.Arrays.stream(arguments), java.util.Arrays.stream(more))
                .toArray(String[]::new);
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(all);
    }

    private String[] lines() {
        return out.toString().split("\n");
    }

    @Test
    void everyPieceOfTheConditionIsShownWithItsValues() throws IOException {
        reading("esp32-07", 0, "{\"temperature\":31.25,\"ledState\":true,\"door\":\"open\"}");
        reading("other", 600, "{\"temperature\":20}");
        assertThat(explain("fan", "--at", "2026-11-22T10:00:39Z")).isZero();
        String values = "(temperature 31.25 from 10:00:00, ledState true from 10:00:00, door open from 10:00:00)";
        assertThat(lines())
                .containsExactly(
                        "fan on esp32-07 at 10:00:39: pending since 10:00:00, fires at 10:01:00 if it stays true",
                        "  temperature > 30  31.25 > 30 = true         " + values,
                        "  ledState          ledState = true",
                        "  door == \"open\"    \"open\" == \"open\" = true",
                        "  all of it         true",
                        "  for 1m            39 s of 60 s",
                        "  selected by       all devices, rollout 100",
                        "  cooldown          10m, over      budget 6/1m: 6 left      target none",
                        "  next deadline     10:01:00",
                        "  last actions      none",
                        "  last transitions  10:00:00 inactive -> pending (telemetry/0/0)",
                        "  last error        none");
    }

    @Test
    void whatWasSentAndWhatWasWithheldIsTold() throws IOException {
        for (int minute = 0; minute <= 6; minute++) {
            reading("esp32-07", minute * 60, "{\"ledState\":false,\"temperature\":" + (minute == 3 ? 20 : 31) + "}");
        }
        assertThat(explain("fan")).isZero();
        assertThat(lines()[0]).isEqualTo("fan on esp32-07 at 10:06:00: firing since 10:05:00");
        assertThat(out.toString())
                .contains("cooldown          10m, 300 s left")
                .contains("last actions      10:01:00 FAN_ON sent (timer/10:01:00)")
                .contains("10:05:00 on_firing cooldown (timer/10:05:00)")
                .contains("10:03:00 firing -> inactive (telemetry/0/3)");
    }

    @Test
    void whyNotCountsForHowLongEachPieceWasFalse() throws IOException {
        reading("esp32-07", 0, "{\"temperature\":31,\"ledState\":true}");
        reading("esp32-07", 60, "{\"temperature\":20,\"door\":\"closed\"}");
        reading("esp32-07", 240, "{\"temperature\":20}");
        assertThat(explain("fan", "--why-not")).isZero();
        assertThat(lines())
                .containsExactly(
                        "fan on esp32-07 fired 0.0 % of 4m up to 10:04:00",
                        "  temperature > 30  false 75.0 %  unknown 0.0 %   (last 20 > 30)",
                        "  ledState          false 0.0 %   unknown 0.0 %   (last ledState)",
                        "  door == \"open\"    false 75.0 %  unknown 25.0 %  (last \"closed\" == \"open\")");
        assertThat(explain("fan", "--why-not", "--since", "2026-11-22T10:01:00Z"))
                .isZero();
        assertThat(lines()[1]).contains("false 100.0 %");
    }

    @Test
    void aRuleThatIsNotForTheDeviceSaysSo() throws IOException {
        reading("esp32-07", 0, "{\"temperature\":31}");
        assertThat(explain("Silent")).isZero();
        assertThat(lines()[0]).isEqualTo("Silent on esp32-07 at 10:00:00: not in force for this device");
        assertThat(out.toString()).contains("gh-*, rollout 100: not this one");
    }

    @Test
    void whatIsUnknownIsNamed() throws IOException {
        reading("other", 0, "{\"temperature\":31}");
        assertThat(explain("fan")).isEqualTo(2);
        assertThat(err.toString()).contains("rules explain: the recording has no reading of esp32-07");
        assertThat(explain("fun")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no rule \"fun\". did you mean \"fan\"?");
        assertThat(explain("fan", "--at", "noon")).isEqualTo(2);
        assertThat(err.toString()).contains("--at noon is no time (write RFC 3339 such as");
    }
}
