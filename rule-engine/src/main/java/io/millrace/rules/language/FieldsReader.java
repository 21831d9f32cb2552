package io.millrace.rules.language;

import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** {@code fields}: what telemetry looks like. A nested field is declared by its dotted name, or its parent as object. */
final class FieldsReader {

    private static final Map<String, FieldType> TYPES = Map.of(
            "number", FieldType.NUMBER,
            "bool", FieldType.BOOL,
            "string", FieldType.STRING,
            "array", FieldType.ARRAY,
            "object", FieldType.OBJECT);
    static final Set<String> WORDS = Set.of("type", "unit", "min", "max", "values", "coerce");

    private final Reading reading;

    FieldsReader(Reading reading) {
        this.reading = reading;
    }

    Map<String, FieldDeclaration> read(Entries.Entry fields) {
        Map<String, FieldDeclaration> declared = new LinkedHashMap<>();
        reading.open(fields).forEach((name, entry) -> declared.put(name, declaration(entry)));
        return declared;
    }

    private FieldDeclaration declaration(Entries.Entry entry) {
        if (!(entry.value() instanceof MappingNode)) {
            return new FieldDeclaration(type(entry), Double.NaN, Double.NaN, List.of(), false, "");
        }
        Entries words = reading.entries(entry.value(), entry.subject(), "a field's declaration", WORDS, Set.of());
        double min = words.get("min").flatMap(reading::number).orElse(Double.NaN);
        double max = words.get("max").flatMap(reading::number).orElse(Double.NaN);
        if (min > max) {
            reading.error(words.require("max"), "E108", "`max` is below `min`", "");
            max = Double.NaN;
        }
        List<String> values = new ArrayList<>();
        for (Node value : words.get("values").map(reading::list).orElse(List.of())) {
            reading.text(value, "values", entry.subject()).ifPresent(text -> values.add(text.text()));
        }
        return new FieldDeclaration(
                words.get("type").map(this::type).orElse(FieldType.ANY),
                min,
                max,
                values,
                words.get("coerce").flatMap(reading::bool).orElse(false),
                words.get("unit").flatMap(reading::text).map(Object::toString).orElse(""));
    }

    private FieldType type(Entries.Entry entry) {
        Optional<FieldType> type = reading.word(entry, TYPES);
        return type.orElse(FieldType.ANY);
    }
}
