package io.millrace.rules.cli;

import io.millrace.rules.cli.RuleArguments.Unusable;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import io.millrace.runtime.config.Nearest;
import io.millrace.runtime.process.ExitCode;
import java.util.List;

/** A rule as people name it: by its name if there is one such rule, else {@code group/name}. */
final class NamedRule {

    private NamedRule() {}

    static RuleId find(RuleSet set, String name) throws Unusable {
        List<RuleId> found = set.rules().stream()
                .map(Rule::id)
                .filter(id -> id.name().equals(name) || id.toString().equals(name))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        List<String> known = set.rules().stream().map(rule -> rule.id().name()).toList();
        throw new Unusable(
                ExitCode.WRONG_USAGE,
                found.isEmpty()
                        ? "there is no rule \"" + name + "\". " + Nearest.help(name, known, "Known here")
                        : "there are " + found.size() + " rules \"" + name + "\" (write group/name)");
    }
}
