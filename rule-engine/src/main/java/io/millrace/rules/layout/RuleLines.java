package io.millrace.rules.layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The lines of one rule: each key with what belongs to it, comments above it included, as one block that can be moved. */
final class RuleLines {

    /** What it is, for whom, when, what then, what is told, how it is run. Other keys follow as they stand. */
    private static final List<String> ORDER = List.of(
            "rule",
            "alert",
            "record",
            "renamed_from",
            "target",
            "priority",
            "devices",
            "by",
            "vars",
            "schedule",
            "time_zone",
            "active_time_intervals",
            "mute_time_intervals",
            "expr",
            "absent_for",
            "levels",
            "for",
            "for_samples",
            "resolve_expr",
            "keep_firing_for",
            "trigger",
            "cooldown",
            "repeat_interval",
            "missing",
            "stale_after",
            "max_age",
            "initial",
            "inhibited_by",
            "limits",
            "send",
            "on_firing",
            "on_resolved",
            "confirm",
            "labels",
            "annotations",
            "enabled",
            "dry_run",
            "rollout",
            "on_removed");

    private final List<String> lines;
    private final MappingNode rule;

    private record Block(int rank, List<String> lines, int keyLine) {}

    RuleLines(List<String> lines, MappingNode rule) {
        this.lines = lines;
        this.rule = rule;
    }

    /** False if they are in order already, or not laid out so that they could be moved. */
    boolean order() {
        if (rule.getFlowStyle() != FlowStyle.BLOCK || rule.getValue().size() < 2) {
            return false;
        }
        List<Integer> keyLines = new ArrayList<>();
        List<Integer> ranks = new ArrayList<>();
        int column = column(rule.getValue().get(0));
        for (NodeTuple pair : rule.getValue()) {
            int line = pair.getKeyNode().getStartMark().orElseThrow().getLine();
            boolean alone = keyLines.isEmpty() || line > keyLines.get(keyLines.size() - 1);
            if (!(pair.getKeyNode() instanceof ScalarNode key) || !alone || column(pair) != column) {
                return false;
            }
            keyLines.add(line);
            int rank = ORDER.indexOf(key.getValue());
            ranks.add(rank < 0 ? ORDER.size() : rank);
        }
        String prefix = lines.get(keyLines.get(0)).substring(0, column);
        if (!prefix.matches(" *-? *") || ranks.equals(ranks.stream().sorted().toList())) {
            return false;
        }
        move(keyLines, ranks, column, prefix);
        return true;
    }

    private static int column(NodeTuple pair) {
        return pair.getKeyNode().getStartMark().orElseThrow().getColumn();
    }

    private void move(List<Integer> keyLines, List<Integer> ranks, int column, String prefix) {
        int first = keyLines.get(0);
        int end = end(keyLines.get(keyLines.size() - 1), column);
        lines.set(first, " ".repeat(column) + lines.get(first).substring(column));
        List<Block> blocks = new ArrayList<>();
        int from = first;
        for (int i = 0; i < keyLines.size(); i++) {
            int to = i + 1 < keyLines.size() ? above(keyLines.get(i + 1), keyLines.get(i), column) : end;
            blocks.add(new Block(ranks.get(i), List.copyOf(lines.subList(from, to)), keyLines.get(i) - from));
            from = to;
        }
        blocks.sort(Comparator.comparingInt(Block::rank));
        List<String> moved = new ArrayList<>();
        blocks.forEach(block -> moved.addAll(block.lines()));
        int dash = blocks.get(0).keyLine();
        String margin = prefix.substring(0, indent(prefix + "."));
        for (int i = 0; i < dash; i++) {
            moved.set(i, margin + moved.get(i).stripLeading());
        }
        moved.set(dash, prefix + moved.get(dash).substring(column));
        for (int i = 0; i < moved.size(); i++) {
            lines.set(first + i, moved.get(i));
        }
    }

    /** The first of the comment lines that stand directly above a key, in its column. */
    private int above(int keyLine, int before, int column) {
        int line = keyLine;
        while (line - 1 > before && lines.get(line - 1).startsWith(" ".repeat(column) + "#")) {
            line--;
        }
        return line;
    }

    /** One past the last line of the last key: what follows further left, and blank lines before that, belong to nobody. */
    private int end(int lastKey, int column) {
        int end = lastKey + 1;
        while (end < lines.size() && (lines.get(end).isBlank() || indent(lines.get(end)) >= column)) {
            end++;
        }
        while (lines.get(end - 1).isBlank()) {
            end--;
        }
        return end;
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
