package io.millrace.rules.cel;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.FieldDeclaration;
import io.millrace.rules.expression.FieldTable;
import io.millrace.rules.expression.FieldType;
import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Template;
import io.millrace.rules.source.Passage;
import io.millrace.rules.source.Problem;
import io.millrace.rules.source.Problems;
import io.millrace.rules.source.SourceText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Compiles single expressions and shows them to made-up devices. */
final class Workbench {

    static final long NOW = 1_800_000_000_000L; // 2027-01-15T08:00:00Z, a Friday

    private final FieldTable.Builder slots = new FieldTable.Builder();
    private final Optional<Map<String, FieldDeclaration>> declared;
    private DeviceAttributes attributes = DeviceAttributes.UNREGISTERED;

    private Workbench(Optional<Map<String, FieldDeclaration>> declared) {
        this.declared = declared;
    }

    static Workbench open() {
        return new Workbench(Optional.empty());
    }

    static Workbench declaring(Map<String, FieldType> types) {
        Map<String, FieldDeclaration> fields = new LinkedHashMap<>();
        types.forEach((name, type) ->
                fields.put(name, new FieldDeclaration(type, Double.NaN, Double.NaN, List.of(), false, "")));
        return new Workbench(Optional.of(fields));
    }

    Workbench with(DeviceAttributes device) {
        attributes = device;
        return this;
    }

    Condition condition(String text) {
        Problems problems = new Problems(new SourceText("test", text));
        Scope scope = new Scope(declared, slots);
        scope.learn(text);
        return new Expressions(scope, problems)
                .condition(passage(text), Problems.Subject.FILE)
                .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    }

    Template template(String text) {
        Problems problems = new Problems(new SourceText("test", text));
        return new Expressions(new Scope(declared, slots), problems)
                .template(passage(text), Problems.Subject.FILE)
                .orElseThrow(() -> new AssertionError(problems.sorted().toString()));
    }

    Problem problem(String text) {
        Problems problems = new Problems(new SourceText("test", text));
        Optional<Condition> condition =
                new Expressions(new Scope(declared, slots), problems).condition(passage(text), Problems.Subject.FILE);
        if (condition.isPresent()) {
            throw new AssertionError("accepted: " + text);
        }
        return problems.sorted().get(0);
    }

    private static Passage passage(String text) {
        int length = text.codePointCount(0, text.length());
        return new Passage(
                new SourceText("test", text),
                text,
                IntStream.rangeClosed(0, length).toArray());
    }

    /** The device after a message with these fields; a dotted name is a nested field. */
    Frame frame(Map<String, ?> message) {
        FieldTable table = slots.build();
        FieldValues values = new FieldValues(table.size());
        for (Field field : table.fields()) {
            Object value = message.get(field.name());
            if (value instanceof Number number) {
                field.number(values, number.doubleValue(), NOW);
            } else if (value instanceof Boolean flag) {
                field.flag(values, flag, NOW);
            } else if (value instanceof String text) {
                field.text(values, text, NOW);
            } else if (value instanceof List<?> list) {
                field.list(values, list, NOW);
            }
        }
        Frame frame = new Frame();
        frame.bind(values, "esp32-01", attributes, NOW);
        return frame;
    }

    /** 0, 1 or 2 = unknown. */
    int test(String text, Map<String, ?> message) {
        Condition condition = condition(text);
        return condition.test(frame(message));
    }

    Optional<String> render(String text, Map<String, ?> message) {
        Template template = template(text);
        return template.render(frame(message));
    }
}
