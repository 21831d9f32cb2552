package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.check.CheckJson;
import io.millrace.rules.distribution.RuleEditing;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleFileSet;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /rules/files} of the ops port: the rule files with their texts; {@code POST}: one change of one of them. A change waits for
 * Kafka, on the thread for such work; looking does not.
 */
final class FilesPage {

    private static final Logger log = LoggerFactory.getLogger(FilesPage.class);
    /** Texts as JSON take up to six bytes a character. */
    static final int MAX_BODY = 6 * RuleEditing.MAX_TEXT + 4096;

    private static final int MOST_PROBLEMS = 500;

    private final RuleEditing editing;
    private final Executor worker;

    /** @param worker one thread */
    FilesPage(RuleEditing editing, Executor worker) {
        this.editing = editing;
        this.worker = worker;
    }

    CompletionStage<Page> files() {
        try {
            return CompletableFuture.completedFuture(page(200, editing.look()));
        } catch (IOException e) {
            return CompletableFuture.completedFuture(
                    Page.problem(503, "rules-unreadable", "the rule files cannot be read: " + e));
        }
    }

    CompletionStage<Page> edit(byte[] body) {
        RuleFileSet.Edit edit;
        try {
            edit = Json.read(body, RuleFileSet.Edit.class);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Page.problem(400, "invalid-json", String.valueOf(e.getMessage())));
        }
        try {
            return CompletableFuture.supplyAsync(() -> edited(edit), worker);
        } catch (RejectedExecutionException busy) {
            return CompletableFuture.completedFuture(
                    Page.problem(429, "too-many-requests", "others are being served, try again"));
        }
    }

    private Page edited(RuleFileSet.Edit edit) {
        try {
            RuleFileSet.Edited done = editing.edit(edit);
            log.atInfo()
                    .addKeyValue("file", edit.file())
                    .addKeyValue("by", edit.by())
                    .addKeyValue("change", edit.text().isPresent() ? "written" : "deleted")
                    .log("rule file edited");
            return page(200, done);
        } catch (RuleEditing.Refused refused) {
            return Page.problem(refused.status(), refused.code(), String.valueOf(refused.getMessage()));
        } catch (RuleEditing.Mistakes mistakes) {
            ObjectNode report = CheckJson.of(mistakes.loaded(), MOST_PROBLEMS);
            return page(
                    422,
                    report.put("code", "rules-wrong")
                            .put("detail", "with this change the rules have mistakes, nothing is changed"));
        } catch (IOException e) {
            return Page.problem(503, "rules-unwritable", "the change cannot be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Page.problem(503, "stopping", "the engine stops");
        }
    }

    static Page page(int status, Object json) {
        return new Page(status, "application/json", new String(Json.write(json), UTF_8));
    }
}
