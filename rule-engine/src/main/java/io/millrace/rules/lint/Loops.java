package io.millrace.rules.lint;

import io.millrace.rules.lint.ClosedLoop.Step;
import io.millrace.rules.model.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * W301: rules whose commands cause each other for ever. The graph rule → command → field → rule shows which rules can; for each
 * knot of it values are tried, and a cycle is told only if one of them really goes round.
 */
final class Loops implements Suspicion {

    private static final int MOST_ACTORS = 200;

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        List<Actor> actors = suspects.rules().stream()
                .flatMap(rule -> Actor.of(rule, suspects.sets()).stream())
                .toList();
        for (List<Actor> knot : knots(actors)) {
            loop(knot, warnings);
        }
    }

    /** Groups of rules each of which can cause every other, through others maybe. */
    private static List<List<Actor>> knots(List<Actor> actors) {
        int size = actors.size() > MOST_ACTORS ? 0 : actors.size();
        BitSet[] reached = new BitSet[size];
        for (int i = 0; i < size; i++) {
            reached[i] = new BitSet();
            for (int j = 0; j < size; j++) {
                reached[i].set(j, actors.get(i).causes(actors.get(j)));
            }
        }
        for (int k = 0; k < size; k++) {
            for (int i = 0; i < size; i++) {
                if (reached[i].get(k)) {
                    reached[i].or(reached[k]);
                }
            }
        }
        List<List<Actor>> knots = new ArrayList<>();
        BitSet done = new BitSet();
        for (int i = 0; i < size; i++) {
            List<Actor> knot = new ArrayList<>();
            for (int j = i; j < size && reached[i].get(i) && !done.get(i); j++) {
                if (reached[i].get(j) && reached[j].get(i)) {
                    knot.add(actors.get(j));
                    if (j > i) {
                        done.set(j);
                    }
                }
            }
            if (!knot.isEmpty()) {
                knots.add(knot);
            }
        }
        return knots;
    }

    private static void loop(List<Actor> knot, Warnings warnings) {
        List<io.millrace.rules.expression.Claim> claims = new ArrayList<>();
        knot.forEach(actor -> {
            claims.add(actor.begin());
            actor.end().ifPresent(claims::add);
        });
        Optional<Trials> trials = Trials.of(claims);
        Optional<Map<String, Object>> start = trials.flatMap(
                some -> some.find(values -> ClosedLoop.find(knot, values).isPresent()));
        start.ifPresent(values -> report(ClosedLoop.find(knot, values).orElseThrow(), values, warnings));
    }

    private static void report(List<Step> loop, Map<String, Object> start, Warnings warnings) {
        int first = 0;
        for (int i = 1; i < loop.size(); i++) {
            Rule rule = loop.get(i).actor().rule();
            if (rule.position().compareTo(loop.get(first).actor().rule().position()) < 0) {
                first = i;
            }
        }
        StringBuilder cycle = new StringBuilder();
        Map<String, Object> still = new TreeMap<>(start);
        for (int i = 0; i < loop.size(); i++) {
            Step step = loop.get((first + i) % loop.size());
            cycle.append(step.actor().rule().id().name())
                    .append(" -> ")
                    .append(step.effect().command())
                    .append(" -> ");
            if (i < loop.size() - 1 || loop.size() == 1) {
                cycle.append(step.effect().text()).append(" -> ");
            }
            still.keySet().removeAll(step.effect().sets().keySet());
        }
        loop.forEach(step -> warnings.loop(step.actor().rule()));
        String when = still.isEmpty() ? "" : ", here with " + Example.named(still);
        warnings.add(
                "W301",
                loop.get(first).actor().rule(),
                "expr",
                "commands cause each other: " + cycle + "...",
                "let the conditions leave room between them" + when);
    }
}
