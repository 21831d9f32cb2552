package io.millrace.rules.explain;

import io.millrace.rules.comparison.Wording;
import io.millrace.rules.evaluation.DeviceRules;
import io.millrace.rules.evaluation.EvaluationError;
import io.millrace.rules.evaluation.Explanation;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.evaluation.Standing;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Rate;
import io.millrace.rules.model.Rule;
import io.millrace.schemas.DeviceRuleStates;
import io.millrace.schemas.RuleError;
import io.millrace.schemas.RuleExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** An explanation in the words that leave the process, alike for the command line and the API. Pure. */
public final class Told {

    private Told() {}

    public static RuleExplanation of(Explanation of) {
        Standing standing = of.standing();
        Rule rule = standing.rule();
        Rate budget = rule.conduct().limits().perDevice();
        return new RuleExplanation(
                rule.id().group(),
                rule.id().name(),
                kind(rule),
                of.revision(),
                of.device(),
                Instant.ofEpochMilli(of.at()),
                rule.operation().enabled(),
                standing.selected(),
                Wording.devices(rule.devices()),
                rule.operation().rollout(),
                standing.phase().text(),
                standing.level(),
                since(standing),
                time(standing.startsAt()),
                due(standing),
                time(standing.nextDeadline()),
                time(of.lastSeen()),
                of.lastMessage(),
                of.conditions().stream().map(Told::condition).toList(),
                holds(of),
                new RuleExplanation.Cooldown(
                        Durations.text(rule.timing().cooldown()), cooldownLeft(standing, of.at()) / 1000.0),
                new RuleExplanation.Budget(
                        budget.most() + "/" + Durations.text(budget.window()),
                        Math.max(0, budget.most() - standing.sentLately()),
                        standing.tripped()),
                rule.conduct()
                        .target()
                        .map(name ->
                                new RuleExplanation.Target(name, rule.conduct().priority())),
                of.acts().stream()
                        .map(act -> new RuleExplanation.Act(
                                Instant.ofEpochMilli(act.time()), act.what(), act.outcome(), act.times(), act.cause()))
                        .toList(),
                of.transitions().stream().map(Told::transition).toList(),
                of.lastError().map(Told::error));
    }

    public static DeviceRuleStates of(DeviceRules of) {
        return new DeviceRuleStates(
                of.device(),
                of.revision(),
                Instant.ofEpochMilli(of.at()),
                time(of.lastSeen()),
                of.lastMessage(),
                of.rules().stream()
                        .map(standing -> new DeviceRuleStates.Item(
                                standing.rule().id().group(),
                                standing.rule().id().name(),
                                kind(standing.rule()),
                                standing.phase().text(),
                                standing.level(),
                                since(standing),
                                time(standing.nextDeadline())))
                        .toList(),
                of.transitions().stream().map(Told::transition).toList(),
                of.lastError().map(Told::error));
    }

    public static RuleError error(EvaluationError error) {
        return new RuleError(
                error.rule().toString(),
                error.device(),
                Instant.ofEpochMilli(error.time()),
                error.cause(),
                error.part(),
                error.values());
    }

    private static RuleExplanation.Transition transition(Explanation.Transition of) {
        return new RuleExplanation.Transition(
                of.rule().toString(),
                Instant.ofEpochMilli(of.time()),
                of.from().text(),
                of.to().text(),
                of.level(),
                of.cause());
    }

    private static RuleExplanation.Condition condition(Explanation.Asked asked) {
        return new RuleExplanation.Condition(
                asked.word(),
                asked.text(),
                word(asked.result()),
                asked.parts().stream()
                        .map(part -> new RuleExplanation.Part(part.text(), part.shown(), word(part.result())))
                        .toList(),
                asked.values().stream()
                        .map(value -> new RuleExplanation.Value(
                                value.field(), value.value(), value.stale(), time(value.time()), value.message()))
                        .toList(),
                asked.failed());
    }

    private static List<RuleExplanation.Hold> holds(Explanation of) {
        Standing standing = of.standing();
        Rule rule = standing.rule();
        List<RuleExplanation.Hold> holds = new ArrayList<>();
        boolean pending = standing.phase() == Phase.PENDING;
        Duration holdFor = rule.timing().holdFor();
        if (!holdFor.isZero()) {
            long held = pending && standing.since().isPresent()
                    ? of.at() - standing.since().getAsLong()
                    : 0;
            holds.add(hold("for", holdFor, held));
        }
        int samples = rule.timing().forSamples();
        if (samples > 1) {
            holds.add(new RuleExplanation.Hold("for_samples " + samples, standing.samples(), samples, "messages"));
        }
        rule.trigger().absentFor().ifPresent(silence -> {
            long silent = of.lastSeen().isPresent() ? of.at() - of.lastSeen().getAsLong() : 0;
            holds.add(hold("absent_for", silence, silent));
        });
        return holds;
    }

    private static RuleExplanation.Hold hold(String word, Duration needs, long millis) {
        return new RuleExplanation.Hold(
                word + " " + Durations.text(needs), millis / 1000.0, needs.toMillis() / 1000.0, "s");
    }

    private static long cooldownLeft(Standing standing, long now) {
        long cooldown = standing.rule().timing().cooldown().toMillis();
        return standing.lastActed().isEmpty()
                ? 0
                : Math.max(0, standing.lastActed().getAsLong() + cooldown - now);
    }

    /** What time alone brings, if nothing else happens. Levels run each for itself: there it is the next deadline. */
    private static Optional<Instant> due(Standing standing) {
        Rule rule = standing.rule();
        if (standing.since().isEmpty()) {
            return Optional.empty();
        }
        long since = standing.since().getAsLong();
        return switch (standing.phase()) {
            case INACTIVE, FIRING -> Optional.empty();
            case PENDING ->
                standing.samples() < rule.timing().forSamples()
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(
                                since + rule.timing().holdFor().toMillis()));
            case CLOSING ->
                Optional.of(Instant.ofEpochMilli(
                        since + rule.timing().keepFiringFor().toMillis()));
        };
    }

    private static Optional<Instant> since(Standing standing) {
        return time(standing.phase() == Phase.FIRING ? standing.startsAt() : standing.since());
    }

    private static String kind(Rule rule) {
        return rule.kind().name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Instant> time(OptionalLong millis) {
        return millis.isPresent() ? Optional.of(Instant.ofEpochMilli(millis.getAsLong())) : Optional.empty();
    }

    private static String word(int result) {
        return switch (result) {
            case BooleanExpression.TRUE -> "true";
            case BooleanExpression.FALSE -> "false";
            default -> "unknown";
        };
    }
}
