package io.millrace.rules.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Claim.Relation;
import io.millrace.rules.expression.Slots;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads from a resolved expression what it claims of fields. What is no comparison of a field with a constant stays opaque. */
final class Claims {

    private static final Map<String, Relation> RELATIONS = Map.of(
            "_==_", Relation.EQUAL,
            "_!=_", Relation.UNEQUAL,
            "_<_", Relation.LESS,
            "_<=_", Relation.AT_MOST,
            "_>_", Relation.MORE,
            "_>=_", Relation.AT_LEAST);

    private final Names.Resolved expression;
    private final Scope scope;
    private final Locals locals;

    private Claims(Names.Resolved expression, Scope scope, Locals locals) {
        this.expression = expression;
        this.scope = scope;
        this.locals = locals;
    }

    static Claim of(Names.Resolved expression, Scope scope, Locals locals) {
        return new Claims(expression, scope, locals).claim(expression.tree());
    }

    private Claim claim(CelExpr node) {
        Optional<Object> constant = constant(node);
        if (constant.isPresent()) {
            return constant.get() instanceof Boolean flag ? new Claim.Junction(flag, List.of()) : opaque(node);
        }
        Optional<Name.OfField> flag = field(node);
        if (flag.isPresent()) {
            return comparison(flag.get(), Relation.EQUAL, true);
        }
        if (name(node).orElse(null) instanceof Name.Local local) {
            return locals.meaning(local).claim();
        }
        if (node.getKind() != CelExpr.ExprKind.Kind.CALL) {
            return opaque(node);
        }
        String function = node.call().function();
        List<CelExpr> arguments = node.call().args();
        return switch (function) {
            case "_&&_", "_||_" ->
                new Claim.Junction(
                        function.equals("_&&_"),
                        arguments.stream().map(this::claim).toList());
            case "!_" -> new Claim.Not(claim(arguments.get(0)));
            case "@in" -> in(node, arguments.get(0), arguments.get(1));
            default -> RELATIONS.containsKey(function) ? compared(node, RELATIONS.get(function)) : opaque(node);
        };
    }

    private Claim compared(CelExpr node, Relation relation) {
        CelExpr left = node.call().args().get(0);
        CelExpr right = node.call().args().get(1);
        Optional<Object> constant = constant(right);
        return constant.isPresent()
                ? compared(left, relation, constant.get())
                : constant(left)
                        .map(found -> compared(right, relation.mirrored(), found))
                        .orElseGet(() -> opaque(node));
    }

    private Claim compared(CelExpr operand, Relation relation, Object constant) {
        boolean comparable = constant instanceof Double || relation == Relation.EQUAL || relation == Relation.UNEQUAL;
        return field(operand)
                .filter(field -> comparable)
                .map(field -> comparison(field, relation, constant))
                .orElseGet(() -> opaque(operand));
    }

    private Claim in(CelExpr node, CelExpr needle, CelExpr haystack) {
        if (field(needle).isEmpty() || haystack.getKind() != CelExpr.ExprKind.Kind.LIST) {
            return opaque(node);
        }
        return new Claim.Junction(
                false,
                haystack.list().elements().stream()
                        .map(element -> constant(element)
                                .map(found -> compared(needle, Relation.EQUAL, found))
                                .orElseGet(() -> opaque(node)))
                        .toList());
    }

    private Claim comparison(Name.OfField field, Relation relation, Object constant) {
        return new Claim.Comparison(field.written(), scope.declaration(field), slot(field), relation, constant);
    }

    private int slot(Name.OfField field) {
        return scope.slots()
                .field(field.written(), field.path(), scope.declaration(field))
                .slot();
    }

    private Claim opaque(CelExpr node) {
        return new Claim.Opaque(fields(node));
    }

    private Slots fields(CelExpr node) {
        Slots fields = Slots.NONE;
        Name name = name(node).orElse(null);
        if (name instanceof Name.OfField field) {
            fields = Slots.of(slot(field));
        } else if (name instanceof Name.Local local) {
            fields = locals.meaning(local).inputs().fields();
        }
        for (CelExpr child : Outline.children(node)) {
            fields = fields.union(fields(child));
        }
        return fields;
    }

    private Optional<Name> name(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? Optional.ofNullable(expression.names().get(node.ident().name()))
                : Optional.empty();
    }

    private Optional<Name.OfField> field(CelExpr node) {
        return name(node).filter(Name.OfField.class::isInstance).map(Name.OfField.class::cast);
    }

    /** Double, Boolean or String; a number with a minus before it too. */
    private static Optional<Object> constant(CelExpr node) {
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL
                && node.call().function().equals("-_")) {
            return constant(node.call().args().get(0))
                    .filter(found -> found instanceof Double)
                    .map(found -> 0.0 - (Double) found);
        }
        if (node.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            return Optional.empty();
        }
        CelConstant constant = node.constant();
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> Optional.of(constant.doubleValue() + 0.0);
            case BOOLEAN_VALUE -> Optional.of(constant.booleanValue());
            case STRING_VALUE -> Optional.of(constant.stringValue());
            default -> Optional.empty();
        };
    }
}
