package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what a test expects with what happened; says all that differs. Pure. */
final class Judge {

    private static final int MOST_LISTED = 20;

    private final RuleTest test;
    private final History history;
    private final Story story;
    private final List<Failure> failures = new ArrayList<>();

    Judge(RuleTest test, RuleSet rules, History history) {
        this.test = test;
        this.history = history;
        this.story = new Story(rules, history);
    }

    List<Failure> failures() {
        Comparison comparison = new Comparison(history);
        for (Expectation wanted : test.expectations()) {
            long at = wanted.at().orElseThrow();
            comparison
                    .difference(wanted, at)
                    .ifPresent(text -> fail(wanted, Times.text(at), text, story.of(wanted, at)));
        }
        Never never = new Never(history);
        for (Expectation unwanted : test.never()) {
            String when = unwanted.at().map(Times::text).orElse("");
            never.happened(unwanted)
                    .ifPresent(text -> fail(
                            unwanted,
                            when,
                            text,
                            story.of(unwanted, unwanted.at().orElse(Long.MAX_VALUE))));
        }
        test.sentTotal().ifPresent(this::total);
        test.sequence().ifPresent(this::sequence);
        if (test.strict() && test.sequence().isEmpty()) {
            strict();
        }
        return failures;
    }

    private void fail(Expectation wanted, String when, String message, List<String> lines) {
        failures.add(new Failure(wanted.position(), when, message, lines));
    }

    private void fail(String message, List<String> lines) {
        List<String> shown = new ArrayList<>(lines.subList(0, Math.min(lines.size(), MOST_LISTED)));
        if (lines.size() > MOST_LISTED) {
            shown.add("… and " + (lines.size() - MOST_LISTED) + " more");
        }
        failures.add(new Failure(test.position(), "", message, shown));
    }

    private void total(int wanted) {
        List<String> sent = history.outputs.stream()
                .filter(output -> output.emission() instanceof Emission.Command)
                .map(Object::toString)
                .toList();
        if (sent.size() != wanted) {
            fail("expected " + wanted + (wanted == 1 ? " command" : " commands") + " in all, got " + sent.size(), sent);
        }
    }

    private void sequence(List<Expectation> wanted) {
        List<Expectation> pieces =
                wanted.stream().flatMap(one -> one.pieces().stream()).toList();
        List<String> lines = Sequence.difference(pieces, history.outputs);
        if (!lines.isEmpty()) {
            fail("expected another output (- expected, + got)", lines);
        }
    }

    /** Each piece of output must be named by an expectation of its own. */
    private void strict() {
        List<Expectation> free = new ArrayList<>(test.expectations().stream()
                .flatMap(one -> one.pieces().stream())
                .toList());
        List<String> unexpected = new ArrayList<>();
        for (History.Output output : history.outputs) {
            Optional<Expectation> by = free.stream()
                    .filter(wanted -> Outputs.names(wanted, output))
                    .findFirst();
            // An alert's state may be asked for besides; a command is sent once.
            if (by.isPresent() && output.emission() instanceof Emission.Command) {
                free.removeIf(wanted -> wanted == by.get());
            }
            if (by.isEmpty()) {
                unexpected.add("+ " + output);
            }
        }
        if (!unexpected.isEmpty()) {
            fail("expected nothing else (strict)", unexpected);
        }
    }

    /** The rules of which the expectations speak. */
    Set<RuleId> tested() {
        List<Expectation> all = Stream.of(
                        test.expectations().stream(),
                        test.never().stream(),
                        test.sequence().stream().flatMap(List::stream))
                .flatMap(stream -> stream)
                .toList();
        Set<RuleId> named = all.stream()
                .flatMap(wanted -> wanted.target().stream())
                .flatMap(target -> target.rule().stream())
                .collect(Collectors.toCollection(HashSet::new));
        Set<String> sending = history.outputs.stream()
                .filter(output -> all.stream().anyMatch(wanted -> Outputs.names(wanted, output)))
                .flatMap(output -> Outputs.rule(output.emission()).stream())
                .collect(Collectors.toSet());
        history.moves.stream()
                .map(History.Moved::rule)
                .filter(rule -> sending.contains(rule.toString()))
                .forEach(named::add);
        return named;
    }

    Set<Transition> covered() {
        Set<Transition> seen = new HashSet<>();
        history.moves.forEach(move -> seen.add(Transition.of(move.rule(), move.from(), move.to())));
        Set<RuleId> rules = history.moves.stream().map(History.Moved::rule).collect(Collectors.toSet());
        rules.forEach(rule -> addLevels(rule, seen));
        return seen;
    }

    /** Which levels the rule's own alert got and lost: its events say so. */
    private void addLevels(RuleId rule, Set<Transition> seen) {
        Map<String, String> levels = new HashMap<>();
        for (AlertEvent event : history.alerts(Long.MAX_VALUE)) {
            if (!event.rule().equals(rule.toString())
                    || !rule.name().equals(event.labels().get("alertname"))) {
                continue;
            }
            String device = event.deviceId().map(DeviceId::value).orElse("");
            String next =
                    event.status() == AlertEvent.State.FIRING ? event.level().orElse("") : "";
            String before = levels.getOrDefault(device, "");
            if (!next.equals(before)) {
                seen.add(Transition.of(rule, before, Phase.FIRING, Phase.INACTIVE));
                seen.add(Transition.of(rule, next, Phase.INACTIVE, Phase.FIRING));
            }
            levels.put(device, next);
        }
    }
}
