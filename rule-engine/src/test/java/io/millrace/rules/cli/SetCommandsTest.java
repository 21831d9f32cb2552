package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code list}, {@code diff}, {@code schema} and {@code backtest} as people call them. */
class SetCommandsTest {

    private static final String FAN = """
            rules:
              - rule: fan
                devices: ["gh-*"]
                expr: temperature > 30
                for: 1m
                send: FAN_ON
              - alert: Silent
                absent_for: 10m
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private String[] lines() {
        return out.toString().replace(directory + "/", "").split("\n");
    }

    @Test
    void listShowsARuleALine() throws IOException {
        String file = file("fan.rules.yaml", FAN);
        assertThat(run("list", file)).isZero();
        assertThat(lines())
                .containsExactly(
                        "RULE    KIND   GROUP  DEVICES  CONDITION         FOR  PLACE",
                        "fan     rule   fan    gh-*     temperature > 30  1m   fan.rules.yaml:2",
                        "Silent  alert  fan    all      absent_for 10m    0s   fan.rules.yaml:7");
        assertThat(run("list", "--format", "json", file)).isZero();
        var root = new ObjectMapper().readTree(out.toString());
        assertThat(root.at("/rules/1/rule").asText()).isEqualTo("Silent");
        assertThat(root.at("/rules/0/line").asInt()).isEqualTo(2);
    }

    @Test
    void badRulesEndWith1AndUnreadableOnesWith2() throws IOException {
        String bad = file("fan.rules.yaml", FAN.replace("> 30", ">"));
        assertThat(run("list", bad)).isEqualTo(1);
        assertThat(err.toString()).contains("error E205 (rule \"fan\", expr)");
        assertThat(run("list", directory.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("rules list: cannot read").contains("no such file or directory");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void diffSaysWhichPartsDifferAndWhatBecomesOfTheState() throws IOException {
        String old = file("fan.rules.yaml", FAN);
        String next = file(
                "next.rules.yaml",
                FAN.replace("> 30", "> 32").replace("for: 1m", "for: 2m").replace("Silent", "Mute"));
        assertThat(run("diff", old, next)).isZero();
        assertThat(out.toString())
                .contains("changed fan/fan  (")
                .contains("  condition: pending instances wait anew;")
                .contains("  timing: starts are kept")
                .contains("    - expr: temperature > 30\n    + expr: temperature > 32\n")
                .contains("    - for: 1m\n    + for: 2m\n")
                .contains("removed fan/Silent")
                .contains("the alerts of firing instances are resolved; on_resolved does not run")
                .contains("added fan/Mute")
                .endsWith("1 added, 1 removed, 1 changed, 0 unchanged\n");
        assertThat(run("diff", "--exit-code", old, next)).isEqualTo(1);
        assertThat(run("diff", "--exit-code", old, old)).isZero();
        assertThat(run("diff", "--format", "json", old, next)).isZero();
        var root = new ObjectMapper().readTree(out.toString());
        assertThat(root.at("/differences/0/parts/timing").asText()).startsWith("starts are kept");
    }

    @Test
    void diffReadsWhatACommitHas() throws Exception {
        String file = file("fan.rules.yaml", FAN);
        Assumptions.assumeTrue(git("init", "-q") == 0, "git is installed");
        assertThat(git("add", ".")).isZero();
        assertThat(git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"))
                .isZero();
        file("fan.rules.yaml", FAN.replace("FAN_ON", "ON"));
        assertThat(run("diff", "git:HEAD", file)).isZero();
        assertThat(out.toString()).contains("  actions: state untouched").contains("0 added, 0 removed, 1 changed");
        assertThat(run("diff", "git:HEAD", directory.toString())).isZero();
        assertThat(out.toString()).contains("0 added, 0 removed, 1 changed");
        assertThat(run("diff", "git:nowhere", file)).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere");
        assertThat(run("diff", "git:--output=x", file)).isEqualTo(2);
    }

    private int git(String... arguments) throws InterruptedException {
        try {
            java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("git"));
            command.addAll(java.util.List.of(arguments));
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            return -1;
        }
    }

    @Test
    void schemaIsAJsonSchema() throws IOException {
        assertThat(run("schema")).isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).at("/$schema").asText())
                .contains("json-schema.org");
    }

    @Test
    void backtestPrintsARowForEachRule() throws IOException {
        String rules = file("fan.rules.yaml", FAN);
        String recording = file(
                "t.jsonl",
                "{\"device\":\"gh-1\",\"time\":\"2026-11-22T10:00:00Z\",\"value\":{\"temperature\":31}}\n"
                        + "{\"device\":\"gh-1\",\"time\":\"2026-11-22T10:02:00Z\",\"value\":{\"temperature\":20}}\n");
        assertThat(run("backtest", rules, "--from", recording, "--threads", "1"))
                .isZero();
        String[] lines = lines();
        assertThat(lines[0]).startsWith("2 min, 1 device, 2 messages, ").contains(" on 1 thread (");
        assertThat(lines[1]).isEqualTo("rule    fired  devices  commands  median  p99");
        assertThat(lines[2]).isEqualTo("fan         1        1         1  1m      1m");
        assertThat(lines[3]).isEqualTo("Silent      0        0         -  -       -");
        assertThat(lines[4]).isEqualTo("storm: max 1 device in one minute, fan (FleetBrake at 50)");
        assertThat(run("backtest", rules, "--from", recording, "--format", "json", "--diff", rules))
                .isZero();
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .at("/rules/0/comparison/relation")
                        .asText())
                .isEqualTo("unchanged");
    }

    @Test
    void backtestSaysWhatItCannotRead() throws IOException {
        String rules = file("fan.rules.yaml", FAN);
        assertThat(run("backtest", rules)).isEqualTo(2);
        assertThat(run("backtest", rules, "--from", directory.resolve("no").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no such file");
        assertThat(run("backtest", rules, "--from", file("x.jsonl", "temperature\n21\n")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no reading that could be used; line 1: expected {\"device\": …");
        assertThat(run("backtest", rules, "--kafka", "localhost:1", "--since", "7 days"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--since 7 days is not a duration (write 12h, 7d or 1h30m)");
        assertThat(run("backtest", rules, "--kafka", "localhost")).isEqualTo(2);
        assertThat(err.toString()).contains("--kafka localhost: Invalid url in bootstrap.servers: localhost");
        assertThat(run("backtest", rules, "--from", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("is a directory (expected a file of JSON lines)");
        assertThat(run("backtest", rules, "--from", rules, "--since", "1d")).isEqualTo(2);
        assertThat(err.toString()).contains("go with --kafka, not with --from");
    }

    @Test
    void theRegistryDecidesWhichDevicesARuleIsFor() throws IOException {
        String rules = file("door.rules.yaml", """
                rules:
                  - alert: DoorOpen
                    devices: {labels: {site: berlin}, expr: device.type == "door"}
                    expr: open
                """);
        String recording = file(
                "t.jsonl",
                "{\"device\":\"d1\",\"time\":0,\"value\":{\"open\":true}}\n"
                        + "{\"device\":\"d2\",\"time\":1,\"value\":{\"open\":true}}\n");
        String registry = file(
                "devices.jsonl",
                "{\"id\":\"d1\",\"type\":\"door\",\"labels\":{\"site\":\"berlin\"},\"secret\":\"s\"}\n"
                        + "{\"id\":\"d2\",\"type\":\"gate\",\"labels\":{\"site\":\"berlin\"}}\n");
        assertThat(run("backtest", rules, "--from", recording)).isZero();
        assertThat(lines()[2]).startsWith("DoorOpen      0        0");
        assertThat(run("backtest", rules, "--from", recording, "--registry", registry))
                .isZero();
        assertThat(lines()[2]).startsWith("DoorOpen      1        1");
        assertThat(lines()[3]).isEqualTo("storm: max 1 device in one minute, DoorOpen (sends nothing)");
        assertThat(run("explain", "DoorOpen", "--rules", rules, "--device", "d1", "--from", recording))
                .isZero();
        assertThat(out.toString()).contains("not in force for this device");
        String[] explain = {
            "explain", "DoorOpen", "--rules", rules, "--device", "d1", "--from", recording, "--registry", registry
        };
        assertThat(run(explain)).isZero();
        assertThat(out.toString()).contains("DoorOpen on d1 at 00:00:00: firing");
    }

    @Test
    void fmtWritesTheLayoutBackUnlessItOnlyChecks() throws IOException {
        String file = file("fan.rules.yaml", "rules:\n  - send: FAN_ON\n    expr: temperature > 30\n    rule: fan\n");
        assertThat(run("fmt", "--check", file)).isEqualTo(1);
        assertThat(out.toString()).contains("would change " + file).contains("1 of 1 file would change");
        assertThat(Files.readString(Path.of(file))).startsWith("rules:\n  - send");
        assertThat(run("fmt", file)).isZero();
        assertThat(Files.readString(Path.of(file)))
                .isEqualTo("rules:\n  - rule: fan\n    expr: temperature > 30\n    send: FAN_ON\n");
        assertThat(run("fmt", "--check", file)).isZero();
        assertThat(run("fmt", file("bad.yaml", "rules: [\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("error E100");
    }
}
