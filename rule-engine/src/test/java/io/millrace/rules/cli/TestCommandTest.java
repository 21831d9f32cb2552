package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class TestCommandTest {

    private static final String RULES = "rules:\n  - rule: fan\n    expr: temperature > 30\n    send: FAN_ON\n";
    private static final Path FAILING = Path.of("src/test/resources/rules/failing-tests");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private String passing() throws IOException {
        file("fan.rules.yaml", RULES);
        return file(
                "fan.test.yaml",
                "rule_files: [fan.rules.yaml]\ntests:\n  - name: hot\n    input: [{at: 0s, temperature: 31}]\n"
                        + "    expect: [{at: 0s, sent: FAN_ON}]\n");
    }

    @Test
    void aRunThatPassesEndsWith0AndOneLine() throws IOException {
        assertThat(run("test", passing())).isZero();
        assertThat(out.toString().replaceFirst("\\(.* s\\)", "(0 s)"))
                .isEqualToIgnoringNewLines("1 passed, 0 failed (0 s). Transitions covered: 50 %");
    }

    private String covered(String input) throws IOException {
        file("levels.rules.yaml", """
                rules:
                  - alert: Temperature
                    levels:
                      warning: {expr: temperature > 30, for: 2m}
                      critical: {expr: temperature > 40}
                """);
        String test = file("levels.test.yaml", """
                rule_files: [levels.rules.yaml]
                tests:
                  - name: up and down
                    input: [%s]
                    expect: [{at: 9m, alert: Temperature, state: inactive}]
                """.formatted(input));
        out.getBuffer().setLength(0);
        assertThat(run("test", test)).isZero();
        return out.toString().replaceFirst("(?s).*covered: ", "").strip();
    }

    @Test
    void eachLevelIsCoveredByItself() throws IOException {
        assertThat(covered("{at: 0s, temperature: 41}, {at: 5m, temperature: 20}"))
                .as("critical begins and ends; warning is taken at once when it does not")
                .isEqualTo("33 %");
        assertThat(covered("{at: 0s, temperature: 41}, {at: 1m, temperature: 35}, {at: 5m, temperature: 20}"))
                .isEqualTo("66 %");
        assertThat(covered("{at: 0s, temperature: 31}, {at: 1m, temperature: 20}, {at: 2m, temperature: 41},"
                        + " {at: 3m, temperature: 35}, {at: 5m, temperature: 20}"))
                .isEqualTo("100 %");
    }

    @Test
    void failuresTellTheDifferenceAndTheStoryAndEndWith1() throws IOException {
        assertThat(run("test", FAILING.toString())).isEqualTo(1);
        String expected = Files.readString(FAILING.resolve("differences.expected"));
        assertThat(out.toString().replace(FAILING.getParent() + "/", "").replaceFirst("\\(\\d+\\.\\d+ s\\)", "(0 s)"))
                .isEqualToNormalizingNewlines(expected);
    }

    @Test
    void aBadFileEndsWith2AndTheOthersAreRunAllTheSame() throws IOException {
        String good = passing();
        String bad = file("bad.test.yaml", "rule_files: [fun.rules.yaml]\ntests: []\n");
        assertThat(run("test", bad, good)).isEqualTo(2);
        assertThat(out.toString())
                .contains(bad + ":1:14: error E301 (rule_files): no rule file is \"fun.rules.yaml\"")
                .contains("1 passed, 0 failed")
                .contains("1 file with errors");
    }

    @Test
    void jsonIsForPrograms() throws IOException {
        assertThat(run("test", "--format", "json", FAILING.toString())).isEqualTo(1);
        var root = new ObjectMapper().readTree(out.toString());
        assertThat(root.at("/failed").asInt()).isEqualTo(2);
        assertThat(root.at("/tests/0/failures/0/at").asText()).isEqualTo("59s");
        assertThat(root.at("/tests/0/failures/0/line").asInt()).isEqualTo(9);
        assertThat(root.at("/tests/0/failures/0/message").asText()).contains("expected rule fan to be firing");
        assertThat(root.at("/rulesWithoutTest/0").asText()).isEqualTo("DeviceSilent");
    }

    @Test
    void junitIsForBuildServers() throws Exception {
        String bad = file("bad.test.yaml", "tests: []\n");
        assertThat(run("test", "--format", "junit", FAILING.toString(), bad)).isEqualTo(2);
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(out.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(3);
        assertThat(document.getElementsByTagName("failure").getLength()).isGreaterThan(5);
        assertThat(document.getElementsByTagName("error").getLength()).isEqualTo(1);
        assertThat(document.getElementsByTagName("failure")
                        .item(0)
                        .getAttributes()
                        .getNamedItem("message")
                        .getNodeValue())
                .startsWith("at 59s expected rule fan");
    }

    @Test
    void pathsWithoutTestsEndWith2() {
        assertThat(run("test", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no test files below");
        assertThat(run("test", directory.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no such file or directory");
    }
}
