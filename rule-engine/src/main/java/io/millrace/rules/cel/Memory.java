package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.FieldType;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.history.HistoryKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one expression needs remembered: the histories that its functions read and the moments at which time alone changes it. Lives
 * while the expression is compiled.
 */
final class Memory {

    private static final Map<Character, String> ESCAPES = Map.of('"', "\\\"", '\\', "\\\\");

    private final Names.Resolved expression;
    private final Scope scope;
    private final Locals locals;
    private final BitSet histories = new BitSet();
    private final List<NextChange> changes = new ArrayList<>();
    private int cost;
    private boolean time;

    Memory(Names.Resolved expression, Scope scope, Locals locals) {
        this.expression = expression;
        this.scope = scope;
        this.locals = locals;
    }

    /** The slot of a history of {@code node}; {@code view} tells readings of one expression apart (as numbers, as flags). */
    OptionalInt history(
            HistoryKind kind, long size, CelExpr node, String view, HistoryDefinition.Sample sample, int cost) {
        Slots fields = fields(node);
        if (fields.isEmpty()) {
            return OptionalInt.empty();
        }
        int slot = scope.slots().histories().slot(kind, size, view + normal(node), sample, fields);
        histories.set(slot);
        time = true;
        this.cost += cost;
        return OptionalInt.of(slot);
    }

    void changesAt(NextChange change) {
        changes.add(change);
    }

    /** The result depends on when one asks. */
    void looksAtTime() {
        time = true;
    }

    boolean time() {
        return time;
    }

    /** The slot of a telemetry field, if the node is one. */
    OptionalInt field(CelExpr node) {
        return name(node) instanceof Name.OfField field ? OptionalInt.of(slot(field)) : OptionalInt.empty();
    }

    /** A telemetry field whose type is only guessed, so that another rule of the file may turn the guess. */
    boolean isOpen(CelExpr node) {
        return name(node) instanceof Name.OfField field
                && scope.declaration(field).type() == FieldType.ANY;
    }

    Slots histories() {
        return Slots.of(histories);
    }

    List<NextChange> changes() {
        return changes;
    }

    /** Beyond what the parts of the expression cost. */
    int cost() {
        return cost;
    }

    private @Nullable Name name(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? expression.names().get(node.ident().name())
                : null;
    }

    private int slot(Name.OfField field) {
        return scope.slots()
                .field(field.written(), field.path(), scope.declaration(field))
                .slot();
    }

    private Slots fields(CelExpr node) {
        Name name = name(node);
        if (name instanceof Name.OfField field) {
            BitSet one = new BitSet();
            one.set(slot(field));
            return Slots.of(one);
        }
        if (name instanceof Name.Local local) {
            return locals.meaning(local).inputs().fields();
        }
        Slots fields = Slots.NONE;
        for (CelExpr child : Outline.children(node)) {
            fields = fields.union(fields(child));
        }
        return fields;
    }

    /** The same text for the same meaning: spaces, parentheses and own names are gone, fields stand with their declaration. */
    String normal(CelExpr node) {
        Name name = name(node);
        if (name instanceof Name.OfField field) {
            return scope.slots().at(slot(field)).key();
        }
        if (name instanceof Name.Local local) {
            return locals.meaning(local).normal();
        }
        if (name != null) {
            return name.toString();
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            return switch (node.constant().getKind()) {
                case DOUBLE_VALUE -> Double.toString(node.constant().doubleValue());
                case STRING_VALUE -> quoted(node.constant().stringValue());
                default -> Boolean.toString(node.constant().booleanValue());
            };
        }
        String inside = Outline.children(node).stream().map(this::normal).collect(Collectors.joining(","));
        return node.getKind() == CelExpr.ExprKind.Kind.LIST
                ? "[" + inside + "]"
                : node.call().function() + "(" + inside + ")";
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> ESCAPES.getOrDefault((char) c, Character.toString(c)))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
