package io.millrace.rules.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.source.Problem;
import io.millrace.rules.testing.Failure;
import io.millrace.rules.testing.TestResult;
import io.millrace.rules.testing.TestSuite;
import java.util.Locale;

/** What came of rule tests, for people and for programs. */
final class TestReport {

    private static final String RED = "\u001b[31;1m";
    private static final String GREEN = "\u001b[32;1m";
    private static final String PLAIN = "\u001b[0m";

    private final TestSuite.Result result;

    TestReport(TestSuite.Result result) {
        this.result = result;
    }

    /** Only what failed, and a summary; without a line end after the last line. */
    String text(boolean colours) {
        StringBuilder text = new StringBuilder();
        for (TestSuite.FileResult file : result.files()) {
            file.problems().forEach(problem -> text.append(problem).append('\n'));
            file.tests().stream().filter(test -> !test.passed()).forEach(test -> {
                text.append(paint(colours, RED, "FAIL"))
                        .append(' ')
                        .append(place(test))
                        .append(" \"")
                        .append(test.name())
                        .append("\"\n");
                test.failures().forEach(failure -> append(failure, text));
            });
        }
        String passed = result.passed() + " passed";
        String failed = result.failed() + " failed";
        text.append(result.failed() == 0 ? paint(colours, GREEN, passed) : passed)
                .append(", ")
                .append(result.failed() == 0 ? failed : paint(colours, RED, failed));
        text.append(String.format(Locale.ROOT, " (%.2f s).", seconds()));
        if (!result.readable()) {
            long unreadable = result.files().stream()
                    .filter(file -> !file.problems().isEmpty())
                    .count();
            text.append(' ')
                    .append(unreadable)
                    .append(unreadable == 1 ? " file" : " files")
                    .append(" with errors.");
        }
        if (!result.untested().isEmpty()) {
            text.append(" Rules without a test: ")
                    .append(String.join(", ", result.untested()))
                    .append('.');
        }
        if (result.passed() + result.failed() > 0) {
            text.append(" Transitions covered: ")
                    .append(result.coveredPercent())
                    .append(" %");
        }
        return text.toString();
    }

    private static void append(Failure failure, StringBuilder text) {
        text.append("  ").append(failure.headline()).append('\n');
        failure.story().forEach(line -> text.append("  ").append(line).append('\n'));
    }

    private static String place(TestResult test) {
        return test.position().file() + ":" + test.position().line();
    }

    private static String paint(boolean colours, String colour, String word) {
        return colours ? colour + word + PLAIN : word;
    }

    private double seconds() {
        return result.files().stream()
                .flatMap(file -> file.tests().stream())
                .mapToDouble(test -> test.nanos() / 1e9)
                .sum();
    }

    String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("passed", result.passed()).put("failed", result.failed()).put("seconds", seconds());
        ArrayNode tests = root.putArray("tests");
        ArrayNode problems = root.putArray("problems");
        for (TestSuite.FileResult file : result.files()) {
            file.problems().forEach(problem -> add(problem, problems.addObject()));
            file.tests().forEach(test -> add(test, tests.addObject()));
        }
        ArrayNode untested = root.putArray("rulesWithoutTest");
        result.untested().forEach(untested::add);
        root.put("transitionsCoveredPercent", result.coveredPercent());
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of texts and numbers", impossible);
        }
    }

    private static void add(Problem problem, ObjectNode node) {
        node.put("file", problem.position().file())
                .put("line", problem.position().line())
                .put("column", problem.position().column())
                .put("code", problem.code())
                .put("message", problem.message());
        if (!problem.help().isEmpty()) {
            node.put("help", problem.help());
        }
    }

    private static void add(TestResult test, ObjectNode node) {
        node.put("file", test.position().file())
                .put("line", test.position().line())
                .put("name", test.name())
                .put("passed", test.passed())
                .put("seconds", test.nanos() / 1e9);
        ArrayNode failures = node.putArray("failures");
        for (Failure failure : test.failures()) {
            ObjectNode one = failures.addObject().put("line", failure.position().line());
            if (!failure.when().isEmpty()) {
                one.put("at", failure.when());
            }
            ArrayNode story = one.put("message", failure.message()).putArray("story");
            failure.story().forEach(line -> story.add(line.strip()));
        }
    }
}
