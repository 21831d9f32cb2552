package io.millrace.commands.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.rules.RuleChecker;
import io.millrace.schemas.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/** {@code POST /rules/check}: what {@code rules check} would say of these files. A rule engine is asked, which knows the language. */
public final class RuleCheckRoutes {
    private static final String FILE = "rules.yaml";

    private final RuleChecker checker;

    public RuleCheckRoutes(RuleChecker checker) {
        this.checker = checker;
    }

    public List<Operation> operations() {
        return List.of(new Operation("checkRules", this::check));
    }

    private Future<Answer> check(Call call) {
        return checker.check(Buffer.buffer(Json.write(files(call))))
                .recover(failure -> Future.failedFuture(Problem.of(
                        503, "no-rule-engine", "no rule engine of rules.engines checks: " + failure.getMessage())))
                .map(RuleCheckRoutes::answer);
    }

    /** By name: one file of YAML as it is, or several as a JSON object. */
    private static JsonNode files(Call call) {
        return call.maybeBody().map(Body::whole).orElseGet(() -> Answer.object().put(FILE, call.text()));
    }

    private static Answer answer(RuleChecker.Reply reply) {
        JsonNode body;
        try {
            body = Json.read(reply.body().getBytes(), JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw Problem.of(503, "no-rule-engine", "a rule engine answers " + reply.status() + ", not as expected");
        }
        if (reply.status() == 200 && body instanceof ObjectNode report) {
            return Answer.ok(report);
        }
        String detail = body.path("detail").asText("the rule engine answers " + reply.status());
        if (reply.status() == 429) {
            throw Problem.tooManyRequests(detail, Duration.ofSeconds(1));
        }
        throw Problem.of(
                reply.status() >= 400 && reply.status() < 500 ? reply.status() : 503,
                body.path("code").asText("no-rule-engine"),
                detail);
    }
}
