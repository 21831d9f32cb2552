package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class CheckCommandTest {

    private static final String GOOD = "rules:\n  - rule: fan\n    expr: temperature > 30\n    send: FAN_ON\n";

    @TempDir
    Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Ansi ansi, String... arguments) {
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void cleanFilesEndWith0AndASummary() throws IOException {
        String file = file("fan.rules.yaml", GOOD);
        assertThat(run(Ansi.OFF, "check", "--strict", directory.toString())).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        file + ": 1 rule, 1 group",
                        "ok: 1 rule, 0 errors, 0 warnings; 1 field, 0 windows; state per device <= 0.3 kB;"
                                + " worst rule cost 3 of 10,000");
    }

    @Test
    void errorsEndWith1AndShowTheLine() throws IOException {
        String file = file("fan.rules.yaml", GOOD.replace("> 30", ">"));
        assertThat(run(Ansi.OFF, "check", file)).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        file + ": 1 rule, 1 group",
                        file + ":3:24: error E205 (rule \"fan\", expr): expected a value after `>`",
                        "  3 |     expr: temperature >",
                        "    |                        ^",
                        "failed: 1 rule, 1 error, 0 warnings");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void warningsEndWith3UnderStrict() throws IOException {
        String file = file("fan.rules.yaml", GOOD.replace("> 30", "== 30.5"));
        assertThat(run(Ansi.OFF, "check", file)).isZero();
        assertThat(run(Ansi.OFF, "check", "--strict", file)).isEqualTo(3);
        assertThat(out.toString())
                .contains(
                        file + ":3:11: warning W307 (rule \"fan\", expr): `temperature == 30.5` compares a fractional")
                .contains("ok: 1 rule, 0 errors, 1 warning;");
    }

    @Test
    void coloursAreForTerminalsOnly() throws IOException {
        String file = file("fan.rules.yaml", GOOD.replace("> 30", ">"));
        assertThat(run(Ansi.ON, "check", file)).isEqualTo(1);
        assertThat(out.toString()).contains("\u001b[31;1merror E205\u001b[0m");
    }

    @Test
    void jsonIsForPrograms() throws Exception {
        String file = file("fan.rules.yaml", GOOD.replace("temperature > 30", "!x"));
        assertThat(run(Ansi.OFF, "check", "--format", "json", file)).isEqualTo(1);
        var root = new com.fasterxml.jackson.databind.ObjectMapper().readTree(out.toString());
        assertThat(root.at("/ok").asBoolean()).isFalse();
        assertThat(root.at("/problems/0/code").asText()).isEqualTo("E101");
        assertThat(root.at("/problems/0/line").asInt()).isEqualTo(3);
        assertThat(root.at("/problems/0/column").asInt()).isEqualTo(11);
        assertThat(root.at("/problems/0/rule").asText()).isEqualTo("fan");
    }

    private String twoProblems() throws IOException {
        return file("fan.rules.yaml", GOOD.replace("temperature > 30", "!x") + """
                  - alert: Exactly
                    expr: temperature == 21.5
                """);
    }

    @Test
    void sarifIsForCodeScanning() throws Exception {
        String file = twoProblems();
        assertThat(run(Ansi.OFF, "check", "--format", "sarif", file)).isEqualTo(1);
        var run = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(out.toString())
                .at("/runs/0");
        var result = run.at("/results/0");
        assertThat(run.at("/results").size()).isEqualTo(2);
        assertThat(result.at("/ruleId").asText()).isEqualTo("E101");
        assertThat(run.at("/tool/driver/rules/" + result.at("/ruleIndex").asInt() + "/id")
                        .asText())
                .isEqualTo("E101");
        assertThat(result.at("/level").asText()).isEqualTo("error");
        assertThat(result.at("/message/text").asText())
                .startsWith("(rule \"fan\", expr): YAML reads `!x` as a tag\nhelp: ");
        var place = result.at("/locations/0/physicalLocation");
        assertThat(place.at("/artifactLocation/uri").asText()).endsWith("/fan.rules.yaml");
        assertThat(place.at("/region").toString()).isEqualTo("{\"startLine\":3,\"startColumn\":11,\"endColumn\":13}");
    }

    @Test
    void junitIsForBuildServers() throws Exception {
        String file = twoProblems();
        assertThat(run(Ansi.OFF, "check", "--format", "junit", file)).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>")
                .contains("tests=\"2\" failures=\"1\" skipped=\"1\"")
                .contains("<testcase name=\"E101 (rule &quot;fan&quot;, expr) at 3:11\"")
                .contains("<skipped message=\"`temperature == 21.5` compares a fractional number exactly\">");
        out.getBuffer().setLength(0);
        assertThat(run(Ansi.OFF, "check", "--strict", "--format", "junit", file))
                .isEqualTo(1);
        assertThat(out.toString()).contains("failures=\"2\" skipped=\"0\"");
    }

    @Test
    void workflowCommandsMarkTheLinesOfAChange() throws IOException {
        String file = twoProblems();
        assertThat(run(Ansi.OFF, "check", "--format", "github", file)).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "::error file=" + file
                                + ",line=3,col=11,endColumn=13,title=E101 (rule \"fan\"%2C expr)::YAML reads `!x` as a"
                                + " tag%0Ahelp: write `expr: \"!x\"` or `x == false`",
                        "::warning file=" + file
                                + ",line=6,col=11,endColumn=30,title=W307 (alert \"Exactly\"%2C expr)::"
                                + "`temperature == 21.5` compares a fractional number exactly%0Ahelp: compare with a"
                                + " tolerance: `math.abs(temperature - 21.5) < 0.1`",
                        "failed: 2 rules, 1 error, 1 warning");
    }

    @Test
    void aSampleAndARegistryMakeItSeeMore() throws IOException {
        String rules = file("fan.rules.yaml", GOOD + "    for: 1m\n    devices: {labels: {kind: fridge}}\n");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            lines.append("{\"device\": \"f1\", \"time\": \"2026-11-22T10:%02d:00Z\", ".formatted(i * 5))
                    .append("\"value\": {\"temperature\": 31}}\n");
        }
        String sample = file("sample.jsonl", lines.toString());
        String registry = file("devices.jsonl", "{\"id\": \"f1\", \"labels\": {\"kind\": \"fridge\"}}\n");
        assertThat(run(Ansi.OFF, "check", "--strict", "--sample", sample, "--registry", registry, rules))
                .isEqualTo(3);
        assertThat(out.toString())
                .contains(rules
                        + ":3:11: warning W306 (rule \"fan\", for): devices matching kind=fridge report every 300 s");
    }

    @Test
    void aLineThatIsNoMessageIsNamed() throws IOException {
        String rules = file("fan.rules.yaml", GOOD);
        String sample = file("sample.jsonl", "\n{\"device\": \"f1\"}\n");
        assertThat(run(Ansi.OFF, "check", "--sample", sample, rules)).isEqualTo(2);
        assertThat(err.toString()).contains(sample + ":2: no message (expected {\"device\": …");
        String broken = file("devices.jsonl", "{\"id\": ");
        assertThat(run(Ansi.OFF, "check", "--registry", broken, rules)).isEqualTo(2);
        assertThat(err.toString()).contains(broken + ":1: not JSON");
    }

    @Test
    void wrongUsageAndUnreadablePathsEndWith2AndOneLine() throws IOException {
        assertThat(run(Ansi.OFF, "check", directory.resolve("nowhere").toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().endsWith("nowhere: no such file or directory");
        assertThat(run(Ansi.OFF, "check", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no rule files in");
        assertThat(run(Ansi.OFF, "check")).isEqualTo(2);
        assertThat(run(Ansi.OFF, "check", "--format", "xml", "x")).isEqualTo(2);
        assertThat(run(Ansi.OFF)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }
}
