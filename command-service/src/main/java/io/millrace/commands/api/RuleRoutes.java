package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.rules.RuleSummary;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The rules in force: {@code /rules}. */
public final class RuleRoutes {
    private final RuleEngines engines;

    public RuleRoutes(RuleEngines engines) {
        this.engines = engines;
    }

    public List<Operation> operations() {
        return List.of(new Operation("listRules", this::list));
    }

    private Future<Answer> list(Call call) {
        return engines.ask().map(answers -> {
            List<RuleEngineStatus> known =
                    answers.stream().flatMap(answer -> answer.status().stream()).toList();
            if (known.isEmpty()) {
                throw Problem.of(
                        503,
                        "no-rule-engine",
                        "no rule engine of rules.engines answers: "
                                + answers.stream()
                                        .map(answer -> answer.address() + " "
                                                + answer.problem().orElse(""))
                                        .toList());
            }
            ObjectNode json = Answer.object();
            ArrayNode items = json.putArray("items");
            RuleSummary.of(known).forEach(rule -> items.add(rule(rule)));
            ArrayNode list = json.putArray("engines");
            answers.forEach(answer -> list.add(engine(answer)));
            return Answer.ok(json);
        });
    }

    private static ObjectNode rule(RuleEngineStatus.Rule rule) {
        ObjectNode json = Answer.object()
                .put("group", rule.group())
                .put("name", rule.name())
                .put("kind", rule.kind())
                .put("file", rule.file())
                .put("line", rule.line())
                .put("health", word(RuleSummary.health(rule)))
                .put("fired", rule.transitions().getOrDefault("firing", 0L));
        rule.lastFired().ifPresent(at -> json.put("lastFired", at.toString()));
        rule.lastError().ifPresent(error -> json.set("lastError", Json.mapper().valueToTree(error)));
        rule.mute().ifPresent(mute -> json.putObject("muted")
                .put("until", mute.until().toString())
                .put("by", mute.by())
                .put("reason", mute.reason()));
        if (!rule.heldBy().isEmpty()) {
            json.set("heldBy", Json.mapper().valueToTree(rule.heldBy()));
        }
        json.set("instances", numbers(rule.instances()));
        json.set("evaluations", numbers(rule.evaluations()));
        json.set("actions", numbers(rule.actions()));
        return json;
    }

    private static ObjectNode engine(RuleEngines.Answer answer) {
        ObjectNode json = Answer.object().put("address", answer.address());
        answer.problem().ifPresent(problem -> json.put("problem", problem));
        answer.status().ifPresent(status -> {
            json.put("instance", status.instance())
                    .put("revision", status.revision())
                    .put("reloadSuccessful", status.reloadSuccessful());
            status.since().ifPresent(at -> json.put("since", at.toString()));
            status.publishedBy().ifPresent(by -> json.put("publishedBy", by));
            json.set("problems", Json.mapper().valueToTree(status.problems()));
            json.set("partitions", Json.mapper().valueToTree(status.partitions()));
        });
        return json;
    }

    private static ObjectNode numbers(Map<String, Long> numbers) {
        ObjectNode json = Answer.object();
        new TreeMap<>(numbers).forEach(json::put);
        return json;
    }

    private static String word(RuleSummary.Health health) {
        return health.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
