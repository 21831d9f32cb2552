package io.millrace.gateway.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The list of issuers as YAML has it: {@code issuer}, {@code audience} (optional) and {@code keys}, a file beside it. */
final class IssuersYaml {
    /** @param place file, line and column */
    record Entry(String place, String issuer, Optional<String> audience, String keys) {}

    private static final Set<String> KNOWN = Set.of("issuer", "audience", "keys");

    private final Path file;

    private IssuersYaml(Path file) {
        this.file = file;
    }

    /** @throws IllegalArgumentException saying where, what, and what was expected */
    static List<Entry> parse(Path file, byte[] yaml) {
        return new IssuersYaml(file).entries(new String(yaml, UTF_8));
    }

    private List<Entry> entries(String yaml) {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file.toString()).build()).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            throw new IllegalArgumentException(
                    place(e.getProblemMark()) + ": " + e.getProblem() + " (expected YAML)", e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage() + " (expected YAML)", e);
        }
        if (root.isEmpty()) {
            throw new IllegalArgumentException(file + ":1:1: nothing (expected a list of issuers, [] for none)");
        }
        if (!(root.get() instanceof SequenceNode list)) {
            throw wrong(root.get(), "no list", "a list of issuers");
        }
        List<Entry> entries = new ArrayList<>();
        for (Node node : list.getValue()) {
            entries.add(entry(node));
        }
        return entries;
    }

    private Entry entry(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, "no issuer", "issuer, keys and perhaps audience");
        }
        Map<String, String> fields = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            String name = key instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!KNOWN.contains(name)) {
                throw wrong(key, "\"" + name + "\"", "issuer, keys or audience");
            }
            if (!(tuple.getValueNode() instanceof ScalarNode value)
                    || value.getValue().isEmpty()) {
                throw wrong(tuple.getValueNode(), name, "text");
            }
            if (fields.put(name, value.getValue()) != null) {
                throw wrong(key, name + " stands here twice", "it once");
            }
        }
        return new Entry(
                place(node.getStartMark()),
                needed(node, fields, "issuer", "an issuer without a name"),
                Optional.ofNullable(fields.get("audience")),
                needed(node, fields, "keys", "issuer \"" + fields.get("issuer") + "\""));
    }

    private String needed(Node node, Map<String, String> fields, String name, String what) {
        String value = fields.get(name);
        if (value == null) {
            throw wrong(node, what, name.equals("keys") ? "keys, the name of a file" : "issuer");
        }
        return value;
    }

    private IllegalArgumentException wrong(Node node, String what, String expected) {
        return new IllegalArgumentException(place(node.getStartMark()) + ": " + what + " (expected " + expected + ")");
    }

    private String place(Optional<Mark> mark) {
        return mark.map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                .orElse(file.toString());
    }
}
