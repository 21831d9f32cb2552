package io.millrace.rules.check;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.rules.language.RuleFiles;
import io.millrace.rules.source.Problem;

/** What a check found, as {@code rules check --format json} and {@code POST /rules/check} tell it. */
public final class CheckJson {

    private CheckJson() {}

    /** @param most problems that are told; how many there are is told in any case */
    public static ObjectNode of(RuleFiles.Loaded loaded, int most) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode files = root.putArray("files");
        loaded.files().forEach(file -> files.addObject()
                .put("file", file.name())
                .put("rules", file.ruleCount())
                .put("groups", file.groups()));
        ArrayNode problems = root.putArray("problems");
        loaded.problems().stream().limit(most).forEach(problem -> add(problem, problems));
        Footprint footprint = new Footprint(loaded);
        root.put("ok", loaded.rules().isPresent());
        root.put("rules", footprint.rules());
        root.put("errors", loaded.count(Problem.Level.ERROR));
        root.put("warnings", loaded.count(Problem.Level.WARNING));
        root.put("worstCost", footprint.worstCost());
        root.put("costLimit", Footprint.COST_LIMIT);
        loaded.rules().ifPresent(set -> {
            root.put("revision", set.revision());
            root.put("fields", set.fields().size());
            root.put("windows", footprint.windows());
            root.put("stateBytesPerDevice", footprint.stateBytes());
        });
        return root;
    }

    private static void add(Problem problem, ArrayNode problems) {
        ObjectNode node = problems.addObject()
                .put("file", problem.position().file())
                .put("line", problem.position().line())
                .put("column", problem.position().column())
                .put("endColumn", problem.position().column() + problem.span())
                .put("level", problem.level().word())
                .put("code", problem.code());
        problem.rule().ifPresent(rule -> node.put("rule", rule));
        problem.field().ifPresent(field -> node.put("field", field));
        node.put("message", problem.message());
        if (!problem.help().isEmpty()) {
            node.put("help", problem.help());
        }
    }
}
