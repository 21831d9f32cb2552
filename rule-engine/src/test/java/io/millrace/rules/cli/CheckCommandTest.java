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
