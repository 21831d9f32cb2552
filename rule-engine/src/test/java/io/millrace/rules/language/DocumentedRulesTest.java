package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.source.Problem;
import io.millrace.rules.testing.TestSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the manual shows works as it says, and no word and no code is missing from it. */
class DocumentedRulesTest {

    private static final Path PAGE = Path.of("..", "docs", "rules.md");
    private static final Pattern CODE = Pattern.compile(": (?:error|warning) ([EW]\\d{3})");

    @TempDir
    static Path directory;

    private static Manual manual;

    @BeforeAll
    static void save() throws IOException {
        manual = Manual.saved(PAGE, directory);
    }

    @Test
    void everyRuleFileLoads() throws IOException {
        assertThat(manual.rules()).isNotEmpty();
        for (Path file : manual.rules()) {
            RuleFiles.Loaded loaded = RuleFiles.load(file);
            assertThat(loaded.problems().stream()
                            .filter(problem -> problem.level() == Problem.Level.ERROR)
                            .map(Problem::toString))
                    .isEmpty();
            assertThat(loaded.rules().orElseThrow().rules()).as(file.toString()).isNotEmpty();
        }
    }

    @Test
    void everyRuleTestPasses() throws IOException {
        assertThat(manual.tests()).isNotEmpty();
        TestSuite.Result result = TestSuite.run(manual.tests(), System::nanoTime);
        for (TestSuite.FileResult file : result.files()) {
            assertThat(file.problems().stream().map(Problem::toString)).isEmpty();
            assertThat(file.tests()).as(file.name()).isNotEmpty();
            file.tests().forEach(test -> assertThat(test.failures().stream()
                            .map(failure -> failure.headline() + "\n  " + String.join("\n  ", failure.story())))
                    .as(file.name() + ": " + test.name())
                    .isEmpty());
        }
    }

    @Test
    void everyMistakeIsExplainedAsPrinted() throws IOException {
        assertThat(manual.bad()).isNotEmpty();
        for (Path file : manual.bad().keySet()) {
            String said = RuleFiles.load(file).problems().stream()
                    .map(problem -> problem.toString().replace(directory + "/", "") + "\n")
                    .collect(Collectors.joining());
            assertThat(said).isEqualTo(manual.bad().get(file));
        }
    }

    @Test
    void everyWordIsThere() {
        Set<String> words = new TreeSet<>(RuleWords.WORDS);
        words.addAll(FileReader.WORDS);
        words.addAll(ActionReader.WORDS);
        words.addAll(FieldsReader.WORDS);
        assertThat(words.stream().filter(word -> !manual.text().contains("`" + word + "`")))
                .isEmpty();
    }

    @Test
    void everyCodeThatHasAMessageIsThere() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> expected = Files.list(FixturesTest.BAD)) {
            for (Path file : expected.filter(path -> path.toString().endsWith(".expected"))
                    .toList()) {
                CODE.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .forEach(found -> codes.add(found.substring(found.length() - 4)));
            }
        }
        assertThat(codes).isNotEmpty();
        assertThat(codes.stream().filter(code -> !manual.text().contains("| " + code + " |")))
                .isEmpty();
    }
}
