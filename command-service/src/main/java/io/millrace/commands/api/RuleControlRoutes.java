package io.millrace.commands.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.commands.dispatch.Publisher;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.schemas.RuleControl;
import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators say about running rules: {@code /rules/{group}/{name}/mute} and {@code /release}. Each word goes to the topic from
 * which all rule engines take it, with the name of whoever said it.
 */
public final class RuleControlRoutes {
    private static final Logger log = LoggerFactory.getLogger(RuleControlRoutes.class);

    private final RuleEngines engines;
    private final Publisher publisher;
    private final Topics topics;
    private final Clock clock;

    public RuleControlRoutes(RuleEngines engines, Publisher publisher, Topics topics, Clock clock) {
        this.engines = engines;
        this.publisher = publisher;
        this.topics = topics;
        this.clock = clock;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation("releaseRule", this::release),
                new Operation("muteRule", this::mute),
                new Operation("unmuteRule", this::unmute));
    }

    private Future<Answer> release(Call call) {
        String reason = reason(call);
        return say(
                call,
                RuleControl.release(
                        call.path("group"), call.path("name"), call.principal().name(), reason));
    }

    private Future<Answer> unmute(Call call) {
        String reason = reason(call);
        return say(
                call,
                RuleControl.unmute(
                        call.path("group"), call.path("name"), call.principal().name(), reason));
    }

    private static String reason(Call call) {
        return call.maybeBody().flatMap(body -> body.maybeText("reason")).orElse("");
    }

    private Future<Answer> mute(Call call) {
        Optional<Duration> lasting = call.maybeBody().flatMap(body -> body.duration("for", RuleControl.LONGEST_MUTE));
        Optional<Instant> until =
                call.maybeBody().flatMap(body -> body.maybeText("until")).map(this::time);
        String reason = reason(call);
        if (lasting.isPresent() && until.isPresent()) {
            throw Problem.field("until", until.get().toString(), "either for or until");
        }
        String by = call.principal().name();
        return say(
                call,
                until.isPresent()
                        ? RuleControl.muteUntil(call.path("group"), call.path("name"), until.get(), by, reason)
                        : RuleControl.mute(
                                call.path("group"),
                                call.path("name"),
                                lasting.orElse(RuleControl.DEFAULT_MUTE),
                                by,
                                reason));
    }

    private Instant time(String written) {
        Instant now = clock.instant();
        try {
            Instant time = Instant.parse(written);
            if (time.isAfter(now) && !time.isAfter(now.plus(RuleControl.LONGEST_MUTE))) {
                return time;
            }
        } catch (DateTimeException wrong) {
            throw Problem.field("until", "\"" + written + "\"", "a time such as 2026-11-22T10:04:00Z");
        }
        throw Problem.field("until", "\"" + written + "\"", "a time within the next 30 days");
    }

    private Future<Answer> say(Call call, RuleControl word) {
        String id = word.group() + "/" + word.rule();
        return engines.ask().compose(answers -> {
            List<RuleEngineStatus> engaged =
                    answers.stream().flatMap(answer -> answer.status().stream()).toList();
            if (engaged.isEmpty()) {
                throw Problem.of(503, "no-rule-engine", "no rule engine of rules.engines answers, so none knows " + id);
            }
            if (engaged.stream()
                    .flatMap(engine -> engine.rules().stream())
                    .noneMatch(rule -> id.equals(rule.group() + "/" + rule.name()))) {
                throw Problem.notFound("rule", id);
            }
            return publisher
                    .send(word.toRecord(topics))
                    .recover(failure -> Future.failedFuture(
                            Problem.of(503, "unavailable", "Kafka does not take it, try again in a few seconds")))
                    .map(written -> said(call, word));
        });
    }

    private Answer said(Call call, RuleControl word) {
        log.atInfo()
                .addKeyValue("rule", word.group() + "/" + word.rule())
                .addKeyValue("control", word.kind())
                .addKeyValue("by", word.by())
                .addKeyValue("role", call.principal().role().text())
                .addKeyValue("address", call.address())
                .addKeyValue("reason", word.reason())
                .log("rule control");
        Instant from = clock.instant().plus(RuleControl.LEAD);
        ObjectNode json = Answer.object().put("group", word.group()).put("name", word.rule());
        if (word.kind() == RuleControl.Kind.MUTE) {
            json.putObject("muted")
                    .put("until", word.end(from).toString())
                    .put("by", word.by())
                    .put("reason", word.reason());
        }
        return Answer.accepted(Api.ROOT + "/rules", json);
    }
}
