package io.millrace.runtime.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML 1.2 file as flat keys ({@code mqtt.tls.port}) with the place at which each value stands. */
final class ConfigFile {
    /** A value as written; a list is joined with commas. */
    record Entry(String text, String place) {}

    private ConfigFile() {}

    /** @throws ConfigException if the file cannot be read or is no YAML mapping of scalars and lists of scalars */
    static Map<String, Entry> read(Path file) {
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read (" + reason(e) + ")");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(file.toString()).build();
            Optional<Node> root = new Compose(settings).composeString(yaml);
            if (root.isPresent()) {
                flatten("", root.get(), file, entries);
            }
        } catch (MarkedYamlEngineException e) {
            throw new ConfigException(place(file, e.getProblemMark()) + ": not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigException(file + ": not YAML: " + e.getMessage());
        }
        return entries;
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException
                ? "no such file"
                : e.getClass().getSimpleName();
    }

    private static void flatten(String path, Node node, Path file, Map<String, Entry> into) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new ConfigException(place(file, tuple.getKeyNode().getStartMark()) + ": a key must be text");
                }
                String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                if (into.containsKey(child)) {
                    throw new ConfigException(place(file, key.getStartMark()) + ": " + child + ": stands here twice");
                }
                flatten(child, tuple.getValueNode(), file, into);
            }
        } else if (node instanceof SequenceNode sequence) {
            List<String> items = sequence.getValue().stream()
                    .map(item -> {
                        if (item instanceof ScalarNode scalar) {
                            return scalar.getValue();
                        }
                        throw new ConfigException(
                                place(file, item.getStartMark()) + ": " + path + ": a list of plain values expected");
                    })
                    .toList();
            into.put(path, new Entry(String.join(",", items), place(file, node.getStartMark())));
        } else if (node instanceof ScalarNode scalar && !path.isEmpty()) {
            if (scalar.getTag().equals(Tag.NULL)) {
                // "key:" with nothing behind it leaves the key unset, as a commented reference file does.
                return;
            }
            into.put(path, new Entry(scalar.getValue(), place(file, node.getStartMark())));
        } else {
            throw new ConfigException(place(file, node.getStartMark()) + ": expected keys and values");
        }
    }

    private static String place(Path file, Optional<Mark> mark) {
        return mark.map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                .orElse(file.toString());
    }
}
