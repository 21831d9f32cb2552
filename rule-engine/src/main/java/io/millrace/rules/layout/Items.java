package io.millrace.rules.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What a rule file's tree holds. */
final class Items {

    private Items() {}

    /** The items of every list {@code rules} at the top or in a group, in the order of the file. */
    static List<MappingNode> of(Node root) {
        List<MappingNode> items = new ArrayList<>();
        for (Node rules : values(List.of(root), "rules")) {
            add(rules, items);
        }
        List<Node> groups = new ArrayList<>();
        for (Node list : values(List.of(root), "groups")) {
            if (list instanceof SequenceNode sequence) {
                groups.addAll(sequence.getValue());
            }
        }
        for (Node rules : values(groups, "rules")) {
            add(rules, items);
        }
        items.sort(
                Comparator.comparing(node -> node.getStartMark().orElseThrow().getIndex()));
        return items;
    }

    private static void add(Node rules, List<MappingNode> items) {
        if (rules instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                if (item instanceof MappingNode map) {
                    items.add(map);
                }
            }
        }
    }

    private static List<Node> values(List<Node> maps, String key) {
        List<Node> values = new ArrayList<>();
        for (Node node : maps) {
            if (node instanceof MappingNode map) {
                for (NodeTuple pair : map.getValue()) {
                    if (pair.getKeyNode() instanceof ScalarNode scalar
                            && scalar.getValue().equals(key)) {
                        values.add(pair.getValueNode());
                    }
                }
            }
        }
        return values;
    }

    /** All values in one text, the same for trees that differ in the order of keys alone. */
    static String meaning(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag().getValue() + " " + scalar.getValue().length() + ":" + scalar.getValue();
        }
        if (node instanceof SequenceNode sequence) {
            StringBuilder text = new StringBuilder("[");
            sequence.getValue().forEach(element -> text.append(meaning(element)).append(','));
            return text.append(']').toString();
        }
        Map<String, List<String>> entries = new TreeMap<>();
        for (NodeTuple pair : ((MappingNode) node).getValue()) {
            entries.computeIfAbsent(meaning(pair.getKeyNode()), key -> new ArrayList<>())
                    .add(meaning(pair.getValueNode()));
        }
        return node.getTag().getValue() + entries;
    }
}
