package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.explain.Told;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.config.Nearest;
import io.millrace.runtime.ops.OpsServer.Page;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.Json;
import java.net.URI;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code GET /explain?device=ID} of the ops port: where all rules stand on a device; with {@code &rule=NAME} (or group/name) one
 * of them in full. Any thread; the answer comes from the task that has the device.
 */
final class ExplainPage {

    private final Supplier<RuleSet> rules;
    private final Questions questions;

    ExplainPage(Supplier<RuleSet> rules, Questions questions) {
        this.rules = rules;
        this.questions = questions;
    }

    CompletionStage<Page> answer(URI asked) {
        try {
            Map<String, String> query = query(asked);
            String written = query.getOrDefault("device", "");
            if (!DeviceId.isValid(written)) {
                throw new Questions.Unanswered(400, "invalid-device", "device=" + written + " is no device id");
            }
            DeviceId device = new DeviceId(written);
            byte[] key = written.getBytes(US_ASCII);
            Optional<RuleId> rule = Optional.ofNullable(query.get("rule")).map(this::find);
            return questions
                    .ask(
                            device,
                            (engine, partition) -> rule.isEmpty()
                                    ? engine.explain(key, OptionalInt.of(partition))
                                            .map(Told::of)
                                    : engine.explain(key, rule.get(), OptionalInt.of(partition))
                                            .map(Told::of))
                    .thenApply(found -> new Page(200, "application/json", new String(Json.write(found), UTF_8)))
                    .exceptionally(ExplainPage::problem);
        } catch (Questions.Unanswered refused) {
            return CompletableFuture.completedFuture(problem(refused));
        }
    }

    private RuleId find(String name) {
        List<RuleId> all = rules.get().rules().stream().map(Rule::id).toList();
        List<RuleId> found = all.stream()
                .filter(id -> id.name().equals(name) || id.toString().equals(name))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new Questions.Unanswered(
                404,
                "unknown-rule",
                found.isEmpty()
                        ? "there is no rule \"" + name + "\". "
                                + Nearest.help(
                                        name.substring(name.lastIndexOf('/') + 1),
                                        all.stream().map(RuleId::name).toList(),
                                        "Known here")
                        : "there are " + found.size() + " rules \"" + name + "\" (write group/name)");
    }

    private static Map<String, String> query(URI asked) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = asked.getRawQuery() == null ? "" : asked.getRawQuery();
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (name.equals("device") || name.equals("rule")) {
                query.put(name, URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            } else if (!name.isEmpty()) {
                throw new Questions.Unanswered(
                        400, "unknown-parameter", "there is no parameter " + name + " (expected device, rule)");
            }
        }
        return query;
    }

    private static Page problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Questions.Unanswered refused) {
            return Page.problem(refused.status(), refused.code(), String.valueOf(refused.getMessage()));
        }
        return Page.problem(500, "internal-error", String.valueOf(cause));
    }
}
