package io.millrace.rules.language;

import io.millrace.rules.expression.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** {@code commands}: the payloads that devices know, and the fields that each of them sets. */
final class CommandsReader {

    static final Set<String> WORDS = Set.of("sets", "description");

    private final Reading reading;

    CommandsReader(Reading reading) {
        this.reading = reading;
    }

    /** By payload the values that it sets: Double, Boolean or String. */
    Map<String, Map<String, Object>> read(Entries.Entry entry) {
        Map<String, Map<String, Object>> commands = new LinkedHashMap<>();
        reading.open(entry).forEach((payload, command) -> commands.put(payload, sets(command)));
        return commands;
    }

    private Map<String, Object> sets(Entries.Entry command) {
        if (command.value() instanceof ScalarNode scalar && Reading.isNull(scalar)) {
            return Map.of();
        }
        Entries words = reading.entries(command.value(), command.subject(), "a command", WORDS, Set.of());
        Map<String, Object> sets = new LinkedHashMap<>();
        words.get("sets").map(reading::open).orElse(Map.of()).forEach((field, entry) -> value(entry)
                .ifPresent(found -> sets.put(field, found)));
        return sets;
    }

    private Optional<Object> value(Entries.Entry field) {
        if (!(field.value() instanceof ScalarNode scalar) || Reading.isNull(scalar)) {
            reading.error(field, "E108", "`sets` gives each field a value", "sets: {ledState: true}");
            return Optional.empty();
        }
        if (scalar.getTag().equals(Tag.BOOL)) {
            return Optional.of(scalar.getValue().equalsIgnoreCase("true"));
        }
        boolean number = scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT);
        double found = number ? Numbers.parse(scalar.getValue()) : Double.NaN;
        return Optional.of(Double.isNaN(found) ? (Object) scalar.getValue() : (Object) found);
    }
}
