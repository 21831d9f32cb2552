package io.millrace.rules.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Files that only recorded telemetry and a registry show to be doubtful: each gets exactly the text beside it. */
class SampleFixturesTest {

    private static final Path FIXTURES = Path.of("src/test/resources/rules/bad-with-sample");

    @TestFactory
    Stream<DynamicTest> warningsThatNeedASampleAreExplained() throws IOException {
        try (Stream<Path> files = Files.list(FIXTURES)) {
            return files.filter(file -> file.toString().endsWith(".rules.yaml")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        Path expected = Path.of(file.toString().replace(".rules.yaml", ".expected"));
                        assertThat(check(file)).isEqualToNormalizingNewlines(Files.readString(expected));
                    }));
        }
    }

    private static String check(Path file) {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new RulesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(
                        "check",
                        "--strict",
                        "--sample",
                        FIXTURES.resolve("telemetry.jsonl").toString(),
                        "--registry",
                        FIXTURES.resolve("devices.jsonl").toString(),
                        file.toString());
        assertThat(code).isEqualTo(3);
        return out.toString().replace(FIXTURES + "/", "");
    }
}
