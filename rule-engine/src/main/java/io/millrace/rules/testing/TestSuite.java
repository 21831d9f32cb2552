package io.millrace.rules.testing;

import io.millrace.rules.source.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Runs the tests of many files, each to its end, and counts what of the rules they touch. */
public final class TestSuite {

    private final LongSupplier nanoTime;
    private final List<FileResult> files = new ArrayList<>();
    private final Coverage coverage = new Coverage();

    private TestSuite(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** One file: its tests, or what is wrong with it. */
    public record FileResult(String name, List<TestResult> tests, List<Problem> problems) {}

    /**
     * All of them.
     *
     * @param untested rules that no test speaks of
     * @param coveredPercent of the transitions that the rules can make
     */
    public record Result(List<FileResult> files, List<String> untested, int coveredPercent) {

        public long passed() {
            return files.stream()
                    .flatMap(file -> file.tests().stream())
                    .filter(TestResult::passed)
                    .count();
        }

        public long failed() {
            return files.stream()
                    .flatMap(file -> file.tests().stream())
                    .filter(test -> !test.passed())
                    .count();
        }

        public boolean readable() {
            return files.stream().allMatch(file -> file.problems().isEmpty());
        }
    }

    /** The test files below a directory: {@code *.test.yaml} and {@code *.test.yml}, none of them hidden; a file is itself. */
    public static List<Path> files(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> String.valueOf(file.getFileName()).matches("[^.].*\\.test\\.ya?ml"))
                    .sorted()
                    .toList();
        }
    }

    /** @param nanoTime for how long each took, nothing else */
    public static Result run(List<Path> files, LongSupplier nanoTime) throws IOException {
        TestSuite suite = new TestSuite(nanoTime);
        for (Path file : files) {
            suite.run(file);
        }
        return new Result(suite.files, suite.coverage.untested(), suite.coverage.percent());
    }

    private void run(Path path) throws IOException {
        TestFileReader.Result read = TestFileReader.read(path);
        List<TestResult> results = new ArrayList<>();
        read.file().ifPresent(file -> {
            file.tests().forEach(test -> results.add(run(file, test)));
            coverage.add(file.rules(), results);
        });
        files.add(new FileResult(path.toString().replace('\\', '/'), results, read.problems()));
    }

    private TestResult run(TestFile file, RuleTest test) {
        long begin = nanoTime.getAsLong();
        History history = TestRun.of(file, test);
        Judge judge = new Judge(test, file.rules(), history);
        return new TestResult(
                test.name(),
                test.position(),
                judge.failures(),
                judge.tested(),
                judge.covered(),
                nanoTime.getAsLong() - begin);
    }
}
