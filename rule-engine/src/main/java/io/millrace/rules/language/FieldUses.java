package io.millrace.rules.language;

import io.millrace.rules.cel.Scope;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Goes through a whole file for the types that its expressions expect of fields that nothing declares. */
final class FieldUses {

    private static final Set<String> EXPRESSIONS = Set.of("expr", "resolve_expr", "if");

    private final Scope scope;

    FieldUses(Scope scope) {
        this.scope = scope;
    }

    /** What the file's expressions take its fields for, before the first of them is compiled. */
    void learn(Node node) {
        if (node instanceof MappingNode map) {
            for (NodeTuple pair : map.getValue()) {
                if (pair.getKeyNode() instanceof ScalarNode key
                        && EXPRESSIONS.contains(key.getValue())
                        && pair.getValueNode() instanceof ScalarNode expression) {
                    scope.learn(expression.getValue());
                } else if (isVars(pair)) {
                    expressions(pair).forEach(scope::learn);
                } else {
                    learn(pair.getValueNode());
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(this::learn);
        }
    }

    private static boolean isVars(NodeTuple pair) {
        return pair.getKeyNode() instanceof ScalarNode key && key.getValue().equals("vars");
    }

    private static List<String> expressions(NodeTuple vars) {
        return vars.getValueNode() instanceof MappingNode map
                ? map.getValue().stream()
                        .map(NodeTuple::getValueNode)
                        .filter(ScalarNode.class::isInstance)
                        .map(value -> ((ScalarNode) value).getValue())
                        .toList()
                : List.of();
    }
}
