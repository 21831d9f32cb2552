package io.millrace.rules.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.SourceText;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are meant to keep the checker busy for ever, or to burst it. */
@Timeout(180)
class HostileFilesTest {

    private static final int SIZE = 256 << 10;
    private static final String GOOD = "rules: [{rule: a, expr: x > 1, send: A}]\n";

    private static String fill(String begin, IntFunction<String> part) {
        StringBuilder text = new StringBuilder(begin);
        for (int i = 0; text.length() < SIZE; i++) {
            text.append(part.apply(i));
        }
        return text.toString();
    }

    private static RuleFiles.Loaded check(CheckDesk desk, String text) throws Exception {
        return desk.check(List.of(new SourceText("a.yaml", text)));
    }

    private static String firstProblem(String text) throws Exception {
        List<Problem> problems =
                check(new CheckDesk(Duration.ofMinutes(2)), text).problems();
        return problems.isEmpty() ? "" : problems.get(0).toString();
    }

    private static String rule(String expr) {
        return "rules:\n - {rule: a, send: A, expr: \"" + expr + "\"}\n";
    }

    @Test
    void aliasesThatMultiplyAreRefused() throws Exception {
        StringBuilder laughs = new StringBuilder("x-0: &b0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            laughs.append("x-%d: &b%d [%s*b%d]\n".formatted(i, i, ("*b" + (i - 1) + ", ").repeat(8), i - 1));
        }
        assertThat(firstProblem(laughs + GOOD)).contains("E100").contains("aliases");
        assertThat(firstProblem(fill("rules:\n - &a {rule: x, expr: a > 1, send: A}\n", i -> " - *a\n")))
                .contains("E100")
                .contains("aliases");
    }

    @Test
    void whatIsNestedTooDeeplyIsRefused() throws Exception {
        assertThat(firstProblem("rules: " + "[".repeat(100_000)))
                .contains("E100")
                .contains("nested too deeply");
        assertThat(firstProblem(rule("(".repeat(4_000) + "x > 1" + ")".repeat(4_000))))
                .contains("error E2");
        assertThat(firstProblem(rule("x > 1" + " && x > 1".repeat(1_200)))).contains("error E2");
        assertThat(firstProblem(rule("[1].exists(b, ".repeat(600) + "true" + ")".repeat(600))))
                .contains("error E2");
    }

    @Test
    void anExpressionAsLongAsABookIsRefused() throws Exception {
        assertThat(firstProblem(rule("x in [" + "1,".repeat(100_000) + "1]")))
                .contains("E208")
                .contains("limit 10,000");
    }

    @Test
    void aPatternThatWouldFillTheMemoryIsRefused() throws Exception {
        assertThat(firstProblem(rule("s.matches('((((a{1,100}){1,100}){1,100}){1,100})')")))
                .contains("E206")
                .contains("too large with its repetitions written out");
    }

    @Test
    void whatTakesTooLongIsGivenUpAndOthersAreCheckedAfterIt() {
        CheckDesk desk = new CheckDesk(Duration.ofMillis(200));
        for (String slow : List.of(
                fill(GOOD, i -> "k" + i + ": 1\n"),
                fill("rules:\n - rule: a\n   expr: x > 1\n   send: \"", i -> "${x}") + "\"\n")) {
            assertThatThrownBy(() -> check(desk, slow))
                    .isInstanceOfSatisfying(CheckDesk.Unchecked.class, refused -> assertThat(refused.isBusy())
                            .isFalse())
                    .hasMessageContaining("takes longer than");
            // Until the thread has noticed, the desk is busy.
            await().atMost(Duration.ofSeconds(60)).until(() -> isGood(desk));
        }
    }

    private static boolean isGood(CheckDesk desk) throws Exception {
        try {
            return check(desk, GOOD).rules().isPresent();
        } catch (CheckDesk.Unchecked busyOrSlow) {
            return false;
        }
    }
}
