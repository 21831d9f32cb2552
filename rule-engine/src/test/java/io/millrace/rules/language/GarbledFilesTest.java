package io.millrace.rules.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a file contains, the loader answers with rules or problems, and every problem points into the file. */
class GarbledFilesTest {

    private static final long SEED = 4711;
    private static final int ROUNDS = 2_500;
    private static final String PIECES = "{}[]:,#&*!|>%@'\"`-? \n\t\\$=()<>.~/0aé😀\u0000\u2028";

    @Test
    @Timeout(60)
    void damagedFilesNeverBreakTheLoader() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path directory : List.of(FixturesTest.GOOD, FixturesTest.BAD, FixturesTest.EXAMPLES)) {
            for (Path file : FixturesTest.files(directory)) {
                if (Files.size(file) < 5_000 && !file.toString().contains("bytes")) {
                    texts.add(Files.readString(file));
                }
            }
        }
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            String text = damaged(texts.get(random.nextInt(texts.size())), random);
            SourceText source = new SourceText("garbled.yaml", text);
            RuleFiles.Loaded loaded;
            try {
                loaded = RuleFiles.compile(List.of(source));
            } catch (RuntimeException | StackOverflowError bug) {
                throw new AssertionError("round " + i + " of seed " + SEED + ":\n" + text, bug);
            }
            assertThat(loaded.rules().isEmpty()).isEqualTo(loaded.count(Problem.Level.ERROR) > 0);
            for (Problem problem : loaded.problems()) {
                assertThat(problem.position().line()).isBetween(1, source.lineCount());
                assertThat(problem.toString()).contains("^");
            }
        }
    }

    private static String damaged(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        int edits = 1 + random.nextInt(3);
        for (int i = 0; i < edits && changed.length() > 1; i++) {
            int at = random.nextInt(changed.length());
            int piece = random.nextInt(PIECES.length());
            switch (random.nextInt(4)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, PIECES.charAt(piece));
                case 2 -> changed.setCharAt(at, PIECES.charAt(piece));
                default -> changed.delete(at, Math.min(changed.length(), at + random.nextInt(20)));
            }
        }
        return changed.toString();
    }

    @Test
    @Timeout(60)
    void aliasesThatContainThemselvesOrMultiplyAreRefused() {
        StringBuilder bomb = new StringBuilder("x-0: &a0 [1, 1]\n");
        for (int i = 1; i < 24; i++) {
            bomb.append("x-%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        for (String text : List.of(
                "x-a: &a [*a]\nrules: []",
                "rules: [{rule: r, expr: x > 1, send: &a {b: *a}}]",
                "[".repeat(20_000),
                bomb + "rules: []")) {
            RuleFiles.Loaded loaded = RuleFiles.compile(List.of(new SourceText("bomb.yaml", text)));
            assertThat(loaded.problems()).singleElement().satisfies(problem -> assertThat(problem.code())
                    .isEqualTo("E100"));
        }
    }
}
