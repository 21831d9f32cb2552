package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the rules that an expectation is about came to be where they are: their states on the device, and what holds them back. */
final class Story {

    private static final int MOST_RULES = 3;
    private static final int MOST_STATES = 8;

    private final RuleSet rules;
    private final History history;

    Story(RuleSet rules, History history) {
        this.rules = rules;
        this.history = history;
    }

    List<String> of(Expectation wanted, long at) {
        List<String> lines = new ArrayList<>();
        concerned(wanted).limit(MOST_RULES).forEach(rule -> {
            lines.add(states(rule, wanted.device()));
            lines.addAll(reasons(rule, wanted.device(), at));
        });
        return lines;
    }

    private Stream<Rule> concerned(Expectation wanted) {
        if (wanted.target().isPresent()) {
            RuleId id = wanted.target().get().rule().orElse(null);
            return rules.rules().stream().filter(rule -> rule.id().equals(id));
        }
        return rules.rules().stream().filter(rule -> Stream.concat(rule.onFiring().stream(), rule.onResolved().stream())
                .anyMatch(action -> couldSend(action, wanted)));
    }

    private static boolean couldSend(Action action, Expectation wanted) {
        if (!(action instanceof Action.Send send)) {
            return action instanceof Action.Publish publish
                    && wanted.published()
                            .map(record -> record.topic().equals(publish.topic()))
                            .orElse(false);
        }
        return wanted.sent().stream()
                .anyMatch(sent -> send.payload() instanceof Payload.Text text
                        ? text.template().parts().size() > 1
                                || sent.payload().matches(text.template().source())
                        : sent.payload() instanceof Content.Json);
    }

    private String states(Rule rule, String device) {
        List<String> moves = moves(rule, device)
                .map(move -> move.to().text() + " " + Times.text(move.at()))
                .toList();
        String shown = moves.size() <= MOST_STATES
                ? String.join(" -> ", moves)
                : "… -> " + String.join(" -> ", moves.subList(moves.size() - MOST_STATES, moves.size()));
        return rule.kind().name().toLowerCase(java.util.Locale.ROOT) + " "
                + rule.id().name() + ": inactive" + (moves.isEmpty() ? " all the time" : " -> " + shown);
    }

    private Stream<History.Moved> moves(Rule rule, String device) {
        return history.moves.stream()
                .filter(move -> move.rule().equals(rule.id()) && move.device().equals(device));
    }

    private List<String> reasons(Rule rule, String device, long at) {
        List<String> lines = new ArrayList<>();
        String place = "   (" + rule.position().file() + ":" + rule.position().line() + ")";
        moves(rule, device)
                .filter(move -> move.at() <= at)
                .reduce((before, after) -> after)
                .ifPresent(last -> {
                    long held = at - last.at();
                    if (last.to() == Phase.PENDING) {
                        long needed = rule.timing().holdFor().toMillis();
                        String samples = rule.timing().forSamples() > 1
                                ? ", for_samples: " + rule.timing().forSamples()
                                : "";
                        lines.add("  %s  for %s   %s of %s held%s%s"
                                .formatted(
                                        Times.text(at),
                                        Durations.text(rule.timing().holdFor()),
                                        seconds(held),
                                        seconds(needed),
                                        samples,
                                        place));
                    } else if (last.to() == Phase.CLOSING) {
                        lines.add("  %s  keep_firing_for %s   %s of %s held%s"
                                .formatted(
                                        Times.text(at),
                                        Durations.text(rule.timing().keepFiringFor()),
                                        seconds(held),
                                        seconds(rule.timing().keepFiringFor().toMillis()),
                                        place));
                    }
                });
        String withheld = history.actions.stream()
                .filter(acted -> acted.rule().equals(rule.id())
                        && acted.device().equals(device)
                        && acted.at() <= at
                        && acted.outcome() != Outcome.SENT)
                .map(acted -> acted.outcome().text() + " " + Times.text(acted.at()))
                .limit(MOST_STATES)
                .collect(Collectors.joining(", "));
        if (!withheld.isEmpty()) {
            lines.add("  actions withheld: " + withheld + place);
        }
        return lines;
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis / 1000.0 + " s";
    }
}
