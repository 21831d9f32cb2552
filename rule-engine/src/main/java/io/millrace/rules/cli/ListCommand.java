package io.millrace.rules.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.rules.comparison.Wording;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace rules list}: the rules of a set at a glance. */
@Command(
        name = "list",
        description = "Lists rules: what each is called, for which devices, when it is true and where it stands.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:listed", "1:rule files with errors", "2:wrong usage, or a path that cannot be read"})
public final class ListCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Rule files, and directories of them.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private List<Path> paths;

    @Mixin
    private final TextOrJson format = new TextOrJson();

    @Mixin
    private final Answer answer = new Answer();

    @Override
    public Integer call() {
        return answer.to(() -> {
            RuleSet rules = RuleArguments.load(paths);
            return format.isJson() ? json(rules) : text(rules);
        });
    }

    private static String text(RuleSet rules) {
        Columns columns = new Columns();
        columns.add("RULE", "KIND", "GROUP", "DEVICES", "CONDITION", "FOR", "PLACE");
        rules.rules()
                .forEach(rule -> columns.add(
                        rule.id().name()
                                + (rule.operation().enabled() ? "" : " (disabled)")
                                + (rule.operation().dryRun() ? " (dry run)" : ""),
                        kind(rule),
                        rule.id().group(),
                        Wording.devices(rule.devices()),
                        Wording.condition(rule),
                        Durations.text(rule.timing().holdFor()),
                        place(rule)));
        return columns.toString();
    }

    private static String json(RuleSet rules) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Rule rule : rules.rules()) {
            list.addObject()
                    .put("rule", rule.id().name())
                    .put("kind", kind(rule))
                    .put("group", rule.id().group())
                    .put("devices", Wording.devices(rule.devices()))
                    .put("condition", Wording.condition(rule))
                    .put("for", Durations.text(rule.timing().holdFor()))
                    .put("enabled", rule.operation().enabled())
                    .put("dryRun", rule.operation().dryRun())
                    .put("rollout", rule.operation().rollout())
                    .put("file", rule.position().file())
                    .put("line", rule.position().line());
        }
        return Answer.pretty(JsonNodeFactory.instance
                .objectNode()
                .put("revision", rules.revision())
                .set("rules", list));
    }

    private static String kind(Rule rule) {
        return rule.kind().name().toLowerCase(Locale.ROOT);
    }

    private static String place(Rule rule) {
        return rule.position().file() + ":" + rule.position().line();
    }
}
