package io.millrace.commands.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.rules.RuleEngines.Said;
import io.millrace.commands.rules.RuleShelf;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleFileSet;
import io.millrace.schemas.RuleFileSet.Edit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The rule files with their texts, and changes of them: {@code /rules/files}. They live at a rule engine or on the topic from which all take
 * them; an engine that may edit them does, and what is answered as done is in force.
 */
public final class RuleFileRoutes {
    /** It checks (10 s), writes to Kafka (20 s), and waits until that is in force (15 s). */
    private static final Duration LONGEST = Duration.ofSeconds(50);

    private static final int MAX_BYTES = 256 << 10;

    private final RuleEngines engines;

    public RuleFileRoutes(RuleEngines engines) {
        this.engines = engines;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("listRuleFiles", this::list),
                new Operation("putRuleFile", this::put),
                new Operation("deleteRuleFile", this::delete));
    }

    private Future<Answer> list(Call call) {
        return shelf().map(shelf -> {
            RuleFileSet files = shelf.files();
            ObjectNode json = Answer.object()
                    .put("hash", files.hash())
                    .put("editable", files.reason().isEmpty());
            files.reason().ifPresent(reason -> json.put("reason", reason));
            json.set("items", Json.mapper().valueToTree(files.items()));
            return Answer.ok(json);
        });
    }

    private Future<RuleShelf> shelf() {
        return engines.files().map(answers -> RuleShelf.of(answers)
                .orElseThrow(() -> Problem.of(
                        503,
                        "no-rule-engine",
                        "no rule engine of rules.engines shows its files (see rules.engines-token): "
                                + answers.stream()
                                        .map(answer -> answer.address() + " " + answer.detail())
                                        .toList())));
    }

    private Future<Answer> put(Call call) {
        Optional<String> seen = seen(call);
        if (seen.isEmpty() && call.header("If-None-Match").isEmpty()) {
            throw required("If-Match with the revision that you have seen, or If-None-Match: * for a new file");
        }
        if (seen.isPresent() && call.header("If-None-Match").isPresent()) {
            throw Problem.field("If-None-Match", "*", "either If-Match or If-None-Match");
        }
        return edit(new Edit(
                call.path("file"),
                Optional.of(text(call)),
                seen,
                call.principal().name()));
    }

    private Future<Answer> delete(Call call) {
        Optional<String> seen = seen(call);
        if (seen.isEmpty()) {
            throw required("If-Match with the revision that you have seen");
        }
        return edit(new Edit(
                call.path("file"), Optional.empty(), seen, call.principal().name()));
    }

    private static Optional<String> seen(Call call) {
        return call.header("If-Match").map(quoted -> quoted.replace("\"", ""));
    }

    private static Problem required(String expected) {
        return Problem.of(
                428, "precondition-required", "a file is only changed from what you know (expected " + expected + ")");
    }

    private static String text(Call call) {
        byte[] bytes = call.bytes();
        if (bytes.length > MAX_BYTES) {
            throw Problem.of(
                    413, "too-large", bytes.length + " bytes (expected at most " + (MAX_BYTES >> 10) + " KiB)");
        }
        String text = new String(bytes, UTF_8);
        if (!Unwritable.isWritable(text) || !Arrays.equals(text.getBytes(UTF_8), bytes)) {
            throw Problem.of(400, "invalid-body", "the body is not a text in UTF-8 (expected a rule file)");
        }
        return text;
    }

    private Future<Answer> edit(Edit edit) {
        return shelf().compose(shelf -> {
            shelf.files().reason().ifPresent(reason -> {
                throw Problem.of(409, "rules-not-editable", reason);
            });
            return engines.send(shelf.address(), "/rules/files", Buffer.buffer(Json.write(edit)), LONGEST)
                    .map(RuleFileRoutes::answer);
        });
    }

    private static Answer answer(Said said) {
        if (said.status() == 200) {
            RuleFileSet.Edited edited = Json.read(said.page().getBytes(), RuleFileSet.Edited.class);
            return Answer.ok(Json.mapper().valueToTree(edited));
        }
        throw problem(said);
    }

    /** What an engine refuses, as it words it; what only concerns it and us is no fault of whoever asked. */
    static Problem problem(Said said) {
        int status = said.status();
        if (status == 429) {
            return Problem.tooManyRequests(said.detail(), Duration.ofSeconds(1));
        }
        if (status == 422
                && Json.read(said.page().getBytes(), JsonNode.class).get("problems") instanceof ArrayNode places) {
            return Problem.mistakes(said.code(), said.detail(), places);
        }
        boolean ours = status == 0
                || status == 401
                || status == 403
                || status >= 500
                || status == 405
                || status == 404 && !said.code().startsWith("unknown-");
        return ours
                ? Problem.of(
                        503,
                        status == 503 ? said.code() : "no-rule-engine",
                        "rule engine " + said.address() + ": " + said.detail())
                : Problem.of(status, said.code(), said.detail());
    }
}
