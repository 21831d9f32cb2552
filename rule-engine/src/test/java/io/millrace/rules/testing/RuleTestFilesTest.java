package io.millrace.rules.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.source.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule test in the language itself passes, and every test file with mistakes is explained word for word. */
class RuleTestFilesTest {

    private static final Path RULES = Path.of("src/test/resources/rules");

    @TestFactory
    Stream<DynamicTest> ruleTestsPass() throws IOException {
        List<Path> files = TestSuite.files(RULES.resolve("tests"));
        TestSuite.Result result = TestSuite.run(files, System::nanoTime);
        return result.files().stream().flatMap(file -> {
            assertThat(file.problems()).isEmpty();
            return file.tests().stream()
                    .map(test -> DynamicTest.dynamicTest(
                            Path.of(file.name()).getFileName() + ": " + test.name(),
                            () -> assertThat(test.failures().stream()
                                            .map(failure ->
                                                    failure.headline() + "\n  " + String.join("\n  ", failure.story())))
                                    .as(test.position().toString())
                                    .isEmpty()));
        });
    }

    @TestFactory
    Stream<DynamicTest> mistakesInTestFilesAreExplained() throws IOException {
        return TestSuite.files(RULES.resolve("bad-tests")).stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Path expected = Path.of(file.toString().replace(".test.yaml", ".expected"));
                    TestFileReader.Result read = TestFileReader.read(file);
                    String text = read.problems().stream()
                            .map(Problem::toString)
                            .map(problem -> problem.replace(RULES + "/", "") + "\n")
                            .collect(Collectors.joining());
                    assertThat(text).isEqualTo(Files.readString(expected));
                    assertThat(read.file()).isEmpty();
                }));
    }
}
