package io.millrace.rules.testing;

import io.millrace.rules.model.Action;
import io.millrace.rules.model.Confirm;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an expectation can name: the rules of all sets that a test file uses, and the alerts that they or the engine raise. */
final class TargetNames {

    /** Alerts of the engine's own. */
    private static final Set<String> BUILT_IN = Set.of("RuleTripped", "FleetBrake", "IngestStalled");

    private final Map<RuleId, Rule> rules = new TreeMap<>();
    private final Set<String> alerts = new TreeSet<>();

    void add(RuleSet set) {
        for (Rule rule : set.rules()) {
            rules.putIfAbsent(rule.id(), rule);
            Stream.of(
                            rule.onFiring(),
                            rule.onResolved(),
                            rule.conduct().confirm().map(Confirm::onFailure).orElse(List.of()))
                    .flatMap(List::stream)
                    .forEach(action -> {
                        if (action instanceof Action.NamedAlert named) {
                            alerts.add(named.name());
                        }
                    });
        }
    }

    /** Told what is wrong with a name. */
    @FunctionalInterface
    interface Complaint {
        void about(String message, String help);
    }

    Optional<Expectation.Target> find(String word, String name, Complaint complaint) {
        List<Rule> found = rules.values().stream()
                .filter(rule ->
                        rule.id().name().equals(name) || rule.id().toString().equals(name))
                .toList();
        boolean alert = word.equals("alert");
        if (alert && found.isEmpty() && (alerts.contains(name) || BUILT_IN.contains(name))) {
            return Optional.of(new Expectation.Target(word, name, Optional.empty()));
        }
        if (found.isEmpty()) {
            complaint.about(
                    "there is no " + word + " \"" + name + "\"", Nearest.help(name, known(alert), "Known here"));
            return Optional.empty();
        }
        if (found.size() > 1) {
            complaint.about(
                    "there are " + found.size() + " rules \"" + name + "\"",
                    "write "
                            + String.join(
                                    " or ",
                                    found.stream()
                                            .map(rule -> rule.id().toString())
                                            .toList()));
            return Optional.empty();
        }
        Rule rule = found.get(0);
        if (alert && rule.kind() != RuleKind.ALERT) {
            complaint.about("\"" + name + "\" is a rule that makes no alert events", "write `rule: " + name + "`");
            return Optional.empty();
        }
        return Optional.of(new Expectation.Target(word, rule.id().name(), Optional.of(rule.id())));
    }

    private Collection<String> known(boolean alert) {
        List<String> names = new ArrayList<>(alert ? alerts : List.of());
        rules.values().stream()
                .filter(rule -> !alert || rule.kind() == RuleKind.ALERT)
                .forEach(rule -> names.add(rule.id().name()));
        return names;
    }
}
