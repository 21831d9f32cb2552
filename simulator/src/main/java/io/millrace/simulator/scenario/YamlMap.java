package io.millrace.simulator.scenario;

import io.millrace.runtime.config.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One map of a scenario. Who reads a value that is there but wrong gets nothing, or the default, and the problem is noted with its
 * place; so all of a file's problems are found in one reading.
 */
final class YamlMap {
    private final Node node;
    private final Problems problems;
    private final Map<String, Node> values = new LinkedHashMap<>();

    /** A map whose keys are words of the language. */
    static YamlMap of(Node node, Problems problems, Set<String> known) {
        YamlMap map = new YamlMap(node, problems);
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                String key = map.key(entry);
                if (!key.isEmpty() && !known.contains(key) && !key.startsWith("x-")) {
                    String help = Nearest.help(key, known, "expected one of");
                    problems.add(entry.getKeyNode(), key + ": unknown key (" + help + ")");
                }
            }
        }
        return map;
    }

    /** A map whose keys the author chooses. */
    static YamlMap open(Node node, Problems problems) {
        return new YamlMap(node, problems);
    }

    private YamlMap(Node node, Problems problems) {
        this.node = node;
        this.problems = problems;
        if (!(node instanceof MappingNode mapping)) {
            problems.add(node, describe(node) + " (expected keys and values)");
            return;
        }
        for (NodeTuple entry : mapping.getValue()) {
            String key = key(entry);
            if (key.isEmpty()) {
                problems.add(entry.getKeyNode(), "(expected a text as key)");
            } else if (values.putIfAbsent(key, entry.getValueNode()) != null) {
                problems.add(entry.getKeyNode(), key + ": stands here twice");
            }
        }
    }

    private String key(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    Node node() {
        return node;
    }

    Map<String, Node> values() {
        return values;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    Optional<Node> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    void problem(String key, String what) {
        problems.add(get(key).orElse(node), key + ": " + what);
    }

    void require(String key, String what) {
        if (!has(key)) {
            problems.add(node, key + ": is missing (expected " + what + ")");
        }
    }

    Optional<String> text(String key) {
        return get(key).flatMap(value -> scalar(key, value, "a text"));
    }

    /** What the parser makes of the text; empty, and noted, if it makes nothing of it. */
    <T> Optional<T> parsed(String key, String expected, Function<String, Optional<T>> parser) {
        return get(key).flatMap(value -> scalar(key, value, expected).flatMap(text -> {
            Optional<T> parsed = parser.apply(text);
            if (parsed.isEmpty()) {
                problems.add(value, key + ": " + text + " (expected " + expected + ")");
            }
            return parsed;
        }));
    }

    Optional<Duration> duration(String key) {
        return parsed(key, Durations.EXPECTED, Durations::parse);
    }

    Optional<Duration> positiveDuration(String key) {
        return parsed(key, Durations.EXPECTED + ", above 0", text -> Durations.parse(text)
                .filter(time -> !time.isZero()));
    }

    Optional<Integer> integer(String key, int least, int most) {
        return parsed(
                key,
                "a whole number, " + least + " to " + most,
                text -> text.matches("-?\\d{1,9}")
                        ? Optional.of(Integer.parseInt(text)).filter(number -> number >= least && number <= most)
                        : Optional.empty());
    }

    Optional<Double> number(String key) {
        return parsed(key, "a number", YamlMap::parseNumber);
    }

    static Optional<Double> parseNumber(String text) {
        return text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,2})?")
                ? Optional.of(Double.parseDouble(text))
                : Optional.empty();
    }

    Optional<Boolean> flag(String key) {
        return parsed(
                key,
                "true or false",
                text -> text.equals("true") || text.equals("false")
                        ? Optional.of(text.equals("true"))
                        : Optional.empty());
    }

    /** The items of a list, or nothing. */
    List<Node> list(String key) {
        Node value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        problems.add(value, key + ": " + describe(value) + " (expected a list)");
        return List.of();
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        list(key).forEach(item -> scalar(key, item, "a text").ifPresent(texts::add));
        return texts;
    }

    private Optional<String> scalar(String key, Node value, String expected) {
        if (value instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
            return Optional.of(scalar.getValue());
        }
        problems.add(value, key + ": " + describe(value) + " (expected " + expected + ")");
        return Optional.empty();
    }

    static String describe(Node node) {
        return node instanceof ScalarNode scalar
                ? scalar.getValue().isEmpty() ? "nothing" : scalar.getValue()
                : node instanceof SequenceNode ? "a list" : "a map";
    }
}
