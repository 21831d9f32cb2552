package io.millrace.rules.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.backtest.Trial;
import io.millrace.rules.check.CheckDesk;
import io.millrace.rules.check.CheckJson;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.SourceText;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleTrial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * {@code POST /rules/try} of the ops port: a rule file on recorded readings of a device, answered with the problems of the file and, if it has
 * no mistakes, with what it would have done. One at a time, ten seconds each.
 */
final class TryPage {

    static final int MAX_BODY = 32 << 20;
    private static final int MAX_TEXT = 256 << 10;
    private static final int MAX_READINGS = 20_000;
    private static final int MOST_PROBLEMS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Else the passing of time alone would take longer than that. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private final CheckDesk desk = new CheckDesk(Duration.ofSeconds(5));
    private final Executor worker;

    /** @param worker refuses while it has something to do */
    TryPage(Executor worker) {
        this.worker = worker;
    }

    CompletionStage<Page> answer(byte[] body) {
        try {
            return CompletableFuture.supplyAsync(() -> tried(body), worker);
        } catch (RejectedExecutionException busy) {
            return CompletableFuture.completedFuture(
                    Page.problem(429, "too-many-requests", "another trial is running"));
        }
    }

    private Page tried(byte[] body) {
        RuleTrial.Question question;
        try {
            question = Json.read(body, RuleTrial.Question.class);
        } catch (IllegalArgumentException e) {
            return Page.problem(400, "invalid-json", "the body is no question: " + e.getMessage());
        }
        if (question.text().length() > MAX_TEXT || question.readings().size() > MAX_READINGS) {
            return Page.problem(
                    413,
                    "too-large",
                    "expected a file of at most " + (MAX_TEXT >> 10) + " KiB and " + MAX_READINGS + " readings");
        }
        if (Duration.between(question.from(), question.to()).compareTo(LONGEST) > 0) {
            return Page.problem(
                    400, "invalid-field", "from: " + question.from() + " (expected at most a year before to)");
        }
        try {
            RuleFiles.Loaded loaded = desk.check(List.of(new SourceText(question.file(), question.text())));
            RuleTrial.Report report = loaded.rules()
                    .map(rules -> Trial.run(rules, question, PATIENCE))
                    .orElseGet(() -> new RuleTrial.Report(0, question.to(), false, List.of(), List.of()));
            ObjectNode json = Json.mapper().valueToTree(report);
            json.set("problems", CheckJson.of(loaded, MOST_PROBLEMS).get("problems"));
            return FilesPage.page(200, json);
        } catch (CheckDesk.Unchecked refused) {
            return refused.isBusy()
                    ? Page.problem(429, "too-many-requests", String.valueOf(refused.getMessage()))
                    : Page.problem(422, "too-complex", String.valueOf(refused.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Page.problem(503, "stopping", "the engine stops");
        }
    }
}
