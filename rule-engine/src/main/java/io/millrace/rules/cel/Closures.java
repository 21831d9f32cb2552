package io.millrace.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.ConditionPart;
import io.millrace.rules.expression.Crossing;
import io.millrace.rules.expression.Fault;
import io.millrace.rules.expression.Field;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.expression.Occasion;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.expression.ValueExpression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds closures from a checked tree, bottom up. One instance compiles one expression. */
final class Closures {

    private static final java.util.Set<String> COMPARISONS =
            java.util.Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in");

    private final Names.Resolved expression;
    private final CelAbstractSyntaxTree checked;
    private final Outline outline;
    private final Scope scope;
    private final BitSet slots = new BitSet();
    private final List<Term> comparisons = new ArrayList<>();
    private final List<Term> compared = new ArrayList<>();
    private final Map<Long, Term> terms = new HashMap<>();
    private final Locals locals;
    private final Memory memory;
    private final Costs costs;
    /** Of the variables and records that it names. */
    private Inputs inherited = Inputs.NONE;

    private boolean named;
    private boolean device;

    Closures(Names.Resolved expression, CelAbstractSyntaxTree checked, Scope scope, Locals locals) {
        this.expression = expression;
        this.checked = checked;
        this.outline = new Outline(expression);
        this.scope = scope;
        this.locals = locals;
        this.memory = new Memory(expression, scope, locals);
        this.costs = new Costs(outline);
    }

    Term compile() throws Refused {
        return compile(checked.getExpr());
    }

    Inputs inputs() {
        Slots histories = memory.histories();
        return new Inputs(Slots.of(slots), device, memory.time(), histories).and(inherited);
    }

    NextChange nextChange() {
        return NextChange.firstOf(memory.changes());
    }

    boolean named() {
        return named;
    }

    String normal() {
        return memory.normal(expression.tree());
    }

    int cost() {
        return costs.total();
    }

    /** Why it cannot be run, if {@link #cost} is above the limit. */
    Refused tooDear(int limit) {
        return costs.refusal(expression.tree(), limit);
    }

    /** The left operand of the first comparison in the text that is true, else of the first one. */
    ValueExpression decisive() {
        BooleanExpression[] tests = comparisons.stream().map(Term::flag).toArray(BooleanExpression[]::new);
        ValueExpression[] values = compared.stream().map(Term::value).toArray(ValueExpression[]::new);
        return frame -> {
            for (int i = 0; i < tests.length; i++) {
                if (tests[i].test(frame) == BooleanExpression.TRUE) {
                    return values[i].value(frame);
                }
            }
            return values.length == 0 ? null : values[0].value(frame);
        };
    }

    /** What stands between its {@code &&}, {@code ||}, {@code !} and {@code ?:}. */
    List<ConditionPart> parts() {
        return Parts.of(checked.getExpr(), outline, terms);
    }

    Optional<Fault> fault() {
        return new Faults(outline, terms, this::faultOf).of(checked.getExpr());
    }

    private Optional<Fault> faultOf(CelExpr name) {
        return expression.names().get(name.ident().name()) instanceof Name.Local local
                ? locals.meaning(local).fault()
                : Optional.empty();
    }

    private Term compile(CelExpr node) throws Refused {
        Term term = compileAnew(node);
        terms.put(node.id(), term);
        return term;
    }

    private Term compileAnew(CelExpr node) throws Refused {
        return switch (node.getKind()) {
            case CONSTANT -> constant(node.constant());
            case IDENT -> name(node);
            case LIST -> list(node);
            case CALL -> call(node);
            default -> throw new IllegalStateException("no closure for " + node.getKind());
        };
    }

    private static Term constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> Term.constant(constant.doubleValue());
            case BOOLEAN_VALUE -> Term.constant(constant.booleanValue());
            case STRING_VALUE -> Term.constant(constant.stringValue());
            default -> throw new IllegalStateException("no closure for a literal " + constant.getKind());
        };
    }

    private Term list(CelExpr node) throws Refused {
        List<Term> terms = new ArrayList<>();
        for (CelExpr element : node.list().elements()) {
            terms.add(compile(element));
        }
        ValueExpression[] values = terms.stream().map(Term::value).toArray(ValueExpression[]::new);
        return Term.list(
                frame -> {
                    List<Object> elements = new ArrayList<>();
                    for (ValueExpression value : values) {
                        Object found = value.value(frame);
                        if (found == null) {
                            return null;
                        }
                        elements.add(found);
                    }
                    return elements;
                },
                terms);
    }

    private Term call(CelExpr node) throws Refused {
        CelExpr.CelCall call = node.call();
        List<Term> arguments = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        List<Integer> spans = new ArrayList<>();
        for (CelExpr argument : Outline.children(node)) {
            arguments.add(compile(argument));
            int start = outline.start(argument);
            offsets.add(start);
            spans.add(Math.max(1, outline.end(argument) - start));
        }
        int remembered = memory.cost();
        Kind result = Kind.of(checked.getTypeOrThrow(node.id()));
        Term term = Functions.ALL
                .definition(call.function(), call.target().isPresent())
                .builder
                .build(new Family.Call(
                        call.function(), arguments, offsets, spans, result, Outline.children(node), outline, memory));
        costs.call(node, memory.cost() - remembered);
        if (COMPARISONS.contains(call.function())) {
            comparisons.add(term);
            compared.add(arguments.get(0));
            timed(call.function(), arguments.get(0), arguments.get(1));
        }
        return term;
    }

    /** A comparison of something that grows with the seconds changes at a moment that can be told. */
    private void timed(String operator, Term left, Term right) {
        boolean strict = operator.equals("_>_") || operator.equals("_<=_");
        boolean ordered = strict || operator.equals("_<_") || operator.equals("_>=_");
        if (ordered && left.origin() != null) {
            memory.changesAt(new Crossing(left.origin(), right.number(), strict));
        } else if (ordered && right.origin() != null) {
            memory.changesAt(new Crossing(right.origin(), left.number(), !strict));
        }
    }

    private Term local(CelExpr node, Name.Local name) {
        Compiled known = locals.meaning(name);
        named = true;
        inherited = inherited.and(known.inputs());
        costs.add(node, known.cost());
        if (known.nextChange() != NextChange.NEVER) {
            memory.changesAt(known.nextChange());
        }
        return known.term();
    }

    private Term name(CelExpr node) {
        String variable = node.ident().name();
        Name name = expression.names().get(variable);
        if (name == null) {
            throw new IllegalStateException("no meaning of " + variable);
        }
        if (name instanceof Name.OfField field) {
            return field(field);
        }
        if (name instanceof Name.Local local) {
            return local(node, local);
        }
        if (name instanceof Name.Now) {
            memory.looksAtTime();
            return Term.time(frame -> frame.now());
        }
        if (name instanceof Name.Extra extra) {
            return Term.boxed(frame -> {
                Occasion occasion = frame.occasion();
                return occasion == null ? null : extra(extra.word(), occasion);
            });
        }
        if (name instanceof Name.DeviceId) {
            return Term.text(frame -> frame.deviceId());
        }
        device = true;
        if (name instanceof Name.DeviceLabel label) {
            return Term.text(frame -> frame.attributes().labels().get(label.label()));
        }
        List<String> path = ((Name.DeviceAttribute) name).path();
        String first = path.get(0);
        List<String> rest = path.subList(1, path.size());
        return Term.boxed(frame -> within(frame.attributes().attributes().get(first), rest));
    }

    private Term field(Name.OfField name) {
        Field field = scope.slots().field(name.written(), name.path(), scope.declaration(name));
        int slot = field.slot();
        slots.set(slot);
        return switch (scope.kind(name)) {
            case NUMBER -> Term.number(frame -> frame.number(slot));
            case BOOL -> Term.flag(frame -> frame.flag(slot));
            case TEXT -> Term.text(frame -> frame.text(slot));
            case LIST -> Term.list(frame -> frame.object(slot), null);
            case TIME, VERSION, ANY ->
                Term.any(frame -> frame.number(slot), frame -> frame.flag(slot), frame -> frame.text(slot), frame -> {
                    double number = frame.number(slot);
                    Object flag = Term.boxed(frame.flag(slot));
                    return !Double.isNaN(number) ? (Object) number : flag != null ? flag : frame.object(slot);
                });
        };
    }

    private static @Nullable Object within(@Nullable Object value, List<String> path) {
        Object found = value;
        for (String step : path) {
            found = found instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return found;
    }

    private static @Nullable Object extra(Name.Extra.Word word, Occasion occasion) {
        Optional<?> value =
                switch (word) {
                    case VALUE -> occasion.value();
                    case LEVEL -> occasion.level();
                    case STARTS_AT -> occasion.startsAt();
                    case DURATION -> occasion.duration();
                    case LAST_SEEN -> occasion.lastSeen();
                    case RULE_NAME -> Optional.of(occasion.rule());
                    case RULE_REVISION -> Optional.of(occasion.revision());
                };
        return value.orElse(null);
    }
}
