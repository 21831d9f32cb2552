package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.source.Codes;
import io.millrace.rules.source.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The good files load without a word, and each bad one gets exactly the text beside it. */
class FixturesTest {

    static final Path GOOD = Path.of("src/test/resources/rules/good");
    /** Every example of the language, as written. */
    static final Path EXAMPLES = Path.of("src/test/resources/rules/examples");

    /** Examples with words that are reserved, or that are not delivered yet: E209 and nothing else. */
    private static final Set<String> NOT_YET = Set.of("ex14", "ex15-later");

    static final Path BAD = Path.of("src/test/resources/rules/bad");

    /**
     * Every code but W305, W306 and W308, which need recorded telemetry and have fixtures of their own, and E207, which waits for
     * {@code by}.
     */
    private static final List<String> CODES = List.of(
            "E100", "E101", "E102", "E103", "E104", "E105", "E106", "E107", "E108", "E109", "E110", "E111", "E112",
            "E113", "E114", "E201", "E202", "E203", "E204", "E205", "E206", "E208", "E209", "E210", "E211", "W301",
            "W302", "W303", "W304", "W307", "W309");

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(BAD + "/", "") + "\n")
                .collect(Collectors.joining());
    }

    @TestFactory
    Stream<DynamicTest> goodFilesLoad() throws IOException {
        return files(GOOD).stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    RuleFiles.Loaded loaded = RuleFiles.load(file);
                    assertThat(loaded.problems()).isEmpty();
                    assertThat(loaded.rules()).isPresent();
                }));
    }

    @TestFactory
    Stream<DynamicTest> theExamplesOfTheLanguageLoad() throws IOException {
        return files(EXAMPLES).stream().map(file -> {
            String name = file.getFileName().toString().replace(".rules.yaml", "");
            return DynamicTest.dynamicTest(name, () -> {
                List<Problem> problems = RuleFiles.load(file).problems();
                if (NOT_YET.contains(name)) {
                    assertThat(problems).extracting(Problem::code).allMatch(code -> code.equals("E209"));
                } else {
                    assertThat(problems).isEmpty();
                }
            });
        });
    }

    @TestFactory
    Stream<DynamicTest> badFilesAreExplained() throws IOException {
        return files(BAD).stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Path expected = Path.of(file.toString().replace(".rules.yaml", ".expected"));
                    RuleFiles.Loaded loaded = RuleFiles.load(file);
                    assertThat(text(loaded.problems())).isEqualTo(Files.readString(expected));
                    assertThat(loaded.rules().isEmpty()).isEqualTo(loaded.count(Problem.Level.ERROR) > 0);
                }));
    }

    @Test
    void allProblemsOfAllFilesComeInOneRun() throws IOException {
        RuleFiles.Loaded loaded = RuleFiles.load(BAD);
        int single = 0;
        for (Path file : files(BAD)) {
            single += RuleFiles.load(file).problems().size();
        }
        assertThat(loaded.problems()).hasSize(single).isSorted();
        List<String> codes = loaded.problems().stream()
                .map(Problem::code)
                .distinct()
                .sorted()
                .toList();
        assertThat(codes).containsExactlyElementsOf(CODES);
        assertThat(Codes.titles().keySet()).containsAll(codes);
    }
}
