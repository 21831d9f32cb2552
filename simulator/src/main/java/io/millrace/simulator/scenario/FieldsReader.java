package io.millrace.simulator.scenario;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.runtime.config.Nearest;
import io.millrace.simulator.payload.Choice;
import io.millrace.simulator.payload.Constant;
import io.millrace.simulator.payload.Generator;
import io.millrace.simulator.payload.Payload;
import io.millrace.simulator.payload.RandomWalk;
import io.millrace.simulator.payload.Sine;
import io.millrace.simulator.payload.Spikes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads `fields`: names, each with a value that stays, or with the one generator that makes it. */
final class FieldsReader {
    private static final Set<String> GENERATORS = Set.of("sine", "random-walk", "spikes", "constant", "choice");
    private static final Set<Tag> PLAIN_JSON = Set.of(Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final Problems problems;

    FieldsReader(Problems problems) {
        this.problems = problems;
    }

    List<Payload.Field> read(Node fields) {
        List<Payload.Field> read = new ArrayList<>();
        YamlMap.open(fields, problems).values().forEach((name, value) -> generator(name, value)
                .ifPresent(generator -> {
                    try {
                        read.add(new Payload.Field(name, generator));
                    } catch (IllegalArgumentException wrong) {
                        problems.add(value, String.valueOf(wrong.getMessage()));
                    }
                }));
        return read;
    }

    private Optional<Generator> generator(String name, Node value) {
        if (!(value instanceof MappingNode)) {
            return Optional.of(new Constant(json(value)));
        }
        Map<String, Node> kinds = YamlMap.open(value, problems).values();
        String kind = kinds.isEmpty() ? "" : kinds.keySet().iterator().next();
        if (kinds.size() != 1 || !GENERATORS.contains(kind)) {
            String help = Nearest.help(kind, GENERATORS, "expected one of");
            problems.add(value, name + ": " + String.join(", ", kinds.keySet()) + ": no generator (" + help + ")");
            return Optional.empty();
        }
        Node settings = value instanceof MappingNode map ? map.getValue().get(0).getValueNode() : value;
        try {
            return generator(kind, name, settings);
        } catch (IllegalArgumentException wrong) {
            problems.add(settings, name + ": " + wrong.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Generator> generator(String kind, String name, Node settings) {
        return switch (kind) {
            case "sine" -> {
                YamlMap map =
                        YamlMap.of(settings, problems, Set.of("mean", "amplitude", "period", "noise", "decimals"));
                map.require("mean", "a number");
                map.require("amplitude", "a number");
                map.require("period", Durations.EXPECTED);
                yield Optional.of(new Sine(
                        map.number("mean").orElse(0.0),
                        map.number("amplitude").orElse(0.0),
                        map.positiveDuration("period").orElse(Duration.ofHours(1)),
                        map.number("noise").orElse(0.0),
                        decimals(map)));
            }
            case "random-walk" -> {
                YamlMap map = YamlMap.of(settings, problems, Set.of("start", "step", "min", "max", "decimals"));
                map.require("start", "a number");
                map.require("step", "a number");
                yield Optional.of(new RandomWalk(
                        map.number("start").orElse(0.0),
                        map.number("step").orElse(0.0),
                        map.number("min").orElse(-1e9),
                        map.number("max").orElse(1e9),
                        decimals(map)));
            }
            case "spikes" -> {
                YamlMap map =
                        YamlMap.of(settings, problems, Set.of("base", "noise", "height", "every", "lasts", "decimals"));
                map.require("height", "a number");
                map.require("every", Durations.EXPECTED);
                yield Optional.of(new Spikes(
                        map.number("base").orElse(0.0),
                        map.number("noise").orElse(0.0),
                        map.number("height").orElse(0.0),
                        map.positiveDuration("every").orElse(Duration.ofHours(1)),
                        map.positiveDuration("lasts").orElse(Duration.ofMillis(1)),
                        decimals(map)));
            }
            case "choice" -> choice(name, settings);
            default -> Optional.of(new Constant(json(settings)));
        };
    }

    /** A list of values that are equally likely, or a map from values to weights. */
    private Optional<Generator> choice(String name, Node settings) {
        List<Choice.Weighted> values = new ArrayList<>();
        if (settings instanceof SequenceNode sequence) {
            sequence.getValue().forEach(value -> values.add(new Choice.Weighted(json(value), 1)));
        } else if (settings instanceof MappingNode map) {
            map.getValue().forEach(entry -> {
                Node weight = entry.getValueNode();
                Optional<Double> number =
                        weight instanceof ScalarNode text ? YamlMap.parseNumber(text.getValue()) : Optional.empty();
                if (number.isPresent() && number.get() > 0) {
                    values.add(new Choice.Weighted(json(entry.getKeyNode()), number.get()));
                } else {
                    problems.add(
                            weight, name + ": weight " + YamlMap.describe(weight) + " (expected a number above 0)");
                }
            });
        }
        if (values.isEmpty()) {
            problems.add(settings, name + ": choice (expected a list of values, or values with weights)");
            return Optional.empty();
        }
        return Optional.of(new Choice(values));
    }

    private int decimals(YamlMap map) {
        return map.integer("decimals", 0, 6).orElse(2);
    }

    /** A YAML value as JSON. */
    private String json(Node node) {
        if (node instanceof ScalarNode scalar) {
            boolean asItIs = PLAIN_JSON.contains(scalar.getTag())
                    && (scalar.getValue().matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?|true|false|null"));
            return asItIs
                    ? scalar.getValue()
                    : JsonNodeFactory.instance.textNode(scalar.getValue()).toString();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(this::json).toList().toString();
        }
        List<String> members = new ArrayList<>();
        YamlMap.open(node, problems)
                .values()
                .forEach((key, value) -> members.add(JsonNodeFactory.instance.textNode(key) + ":" + json(value)));
        return "{" + String.join(",", members) + "}";
    }
}
