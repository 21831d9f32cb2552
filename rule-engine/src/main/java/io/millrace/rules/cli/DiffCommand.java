package io.millrace.rules.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.comparison.RuleDifference;
import io.millrace.rules.comparison.RuleDifference.Part;
import io.millrace.rules.comparison.Wording;
import io.millrace.rules.model.Operation;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleKind;
import io.millrace.rules.model.Trigger;
import io.millrace.runtime.process.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rules diff}: which rules a reload would change, and what becomes of their state. */
@Command(
        name = "diff",
        description = "Compares rule sets: which rules differ, in which part, and what a reload does to their state.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:compared (under --exit-code: no difference)",
            "1:rule files with errors (under --exit-code: or differences)",
            "2:wrong usage, or a path or commit that cannot be read"
        })
public final class DiffCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "OLD", description = "A rule file or directory, or git:REF for that of NEW.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String old;

    @Parameters(index = "1", paramLabel = "NEW", description = "A rule file or directory, or git:REF for that of OLD.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String next;

    @Option(names = "--exit-code", description = "Differences end with exit code 1.")
    private boolean exitCode;

    @Mixin
    private final TextOrJson format = new TextOrJson();

    @Mixin
    private final Answer answer = new Answer();

    private boolean different;

    @Override
    public Integer call() {
        int code = answer.to(() -> {
            Path like = Path.of(old.startsWith("git:") ? next : old);
            List<Rule> before = RuleArguments.load(old, like).rules();
            List<Rule> after = RuleArguments.load(next, like).rules();
            List<RuleDifference> differences = RuleDifference.between(before, after, RuleArguments.renamed(old, next));
            different = !differences.isEmpty();
            return format.isJson() ? json(differences) : text(differences, after.size());
        });
        return code == 0 && exitCode && different ? ExitCode.FAILED : code;
    }

    static String text(List<RuleDifference> differences, int rules) {
        StringBuilder text = new StringBuilder();
        for (RuleDifference difference : differences) {
            Rule rule = difference.after().or(difference::before).orElseThrow();
            text.append("%s %s  (%s:%d)%n"
                    .formatted(
                            difference.word(),
                            difference.id(),
                            rule.position().file(),
                            rule.position().line()));
            if (difference.parts().isEmpty()) {
                text.append("  ").append(consequence(difference, rule)).append('\n');
            }
            for (Part part : difference.parts()) {
                text.append("  ")
                        .append(part.text())
                        .append(": ")
                        .append(part.consequence())
                        .append('\n');
            }
            if (difference.before().isPresent() && difference.after().isPresent()) {
                words(difference.before().get(), difference.after().get(), text);
            }
        }
        long changed = count(differences, "changed");
        long added = count(differences, "added");
        long removed = count(differences, "removed");
        return text.append("%d added, %d removed, %d changed, %d unchanged"
                        .formatted(added, removed, changed, rules - added - changed))
                .toString();
    }

    private static long count(List<RuleDifference> differences, String word) {
        return differences.stream().filter(one -> one.word().equals(word)).count();
    }

    private static void words(Rule before, Rule after, StringBuilder text) {
        Map<String, String> now = Wording.words(after);
        Wording.words(before).forEach((word, value) -> {
            if (!value.equals(now.get(word))) {
                text.append("    - ").append(word).append(": ").append(value).append('\n');
                text.append("    + ")
                        .append(word)
                        .append(": ")
                        .append(now.get(word))
                        .append('\n');
            }
        });
    }

    private static String consequence(RuleDifference difference, Rule rule) {
        if (difference.before().isEmpty()) {
            return rule.trigger().initial() == Trigger.Initial.FIRE
                    ? "a condition that is already true acts at once (initial: fire)"
                    : "a condition that is already true waits for its first false (initial: wait)";
        }
        String alert = rule.kind() == RuleKind.ALERT ? "the alerts of firing instances are resolved" : "forgotten";
        return rule.operation().onRemoved() == Operation.OnRemoved.RUN
                ? alert + "; on_resolved runs for firing instances (on_removed: run)"
                : alert + "; on_resolved does not run (on_removed: resolve)";
    }

    private static String json(List<RuleDifference> differences) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (RuleDifference difference : differences) {
            Rule rule = difference.after().or(difference::before).orElseThrow();
            ObjectNode node = list.addObject()
                    .put("rule", difference.id().name())
                    .put("group", difference.id().group())
                    .put("change", difference.word())
                    .put("file", rule.position().file())
                    .put("line", rule.position().line());
            ObjectNode parts = node.putObject("parts");
            difference.parts().forEach(part -> parts.put(part.text(), part.consequence()));
            if (difference.parts().isEmpty()) {
                node.put("consequence", consequence(difference, rule));
            }
        }
        return Answer.pretty(JsonNodeFactory.instance.objectNode().set("differences", list));
    }
}
