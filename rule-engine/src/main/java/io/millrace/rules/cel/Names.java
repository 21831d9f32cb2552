package io.millrace.rules.cel;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSource;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.millrace.runtime.config.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves what stands in a parsed expression: every name becomes a variable v0, v1, … that stands for a {@link Name}, every integer
 * literal a double, {@code math.least(…)} one function name. Unknown functions and names are refused here, so that the type
 * check has only types left to complain about.
 */
final class Names {

    private final String text;
    private final CelSource source;
    private final Consumer<Name> known;
    private final boolean inTemplate;
    private final Set<String> locals;
    private final Map<Name, String> variables = new LinkedHashMap<>();
    private final Set<String> functions = new LinkedHashSet<>();

    /**
     * An expression with its names resolved.
     *
     * @param names variable to what it stands for
     * @param functions the functions and operators that it calls
     */
    record Resolved(String text, CelExpr tree, CelSource source, Map<String, Name> names, Set<String> functions) {

        int position(CelExpr node) {
            return source.getPositionsMap().getOrDefault(node.id(), 0);
        }
    }

    private Names(String text, CelSource source, Consumer<Name> known, boolean inTemplate, Set<String> locals) {
        this.text = text;
        this.source = source;
        this.known = known;
        this.inTemplate = inTemplate;
        this.locals = locals;
    }

    /**
     * @param known throws {@link UnknownName} for a name that the file does not have
     * @param locals variables and records: they go before fields of the same name
     */
    static Resolved resolve(String text, Consumer<Name> known, boolean inTemplate, Set<String> locals) throws Refused {
        CelAbstractSyntaxTree parsed = Syntax.parse(text);
        Names names = new Names(text, parsed.getSource(), known, inTemplate, locals);
        CelExpr tree = names.rewrite(parsed.getExpr());
        Map<String, Name> resolved = names.variables.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey, (a, b) -> a, LinkedHashMap::new));
        return new Resolved(text, tree, parsed.getSource(), resolved, names.functions);
    }

    /** A name that the file does not declare, with the names that it does; or that it declares too late, with the help for that. */
    static final class UnknownName extends RuntimeException {

        private final transient Set<String> declared;
        private final String help;

        UnknownName(Set<String> declared, String help) {
            super("unknown name", null, false, false);
            this.declared = declared;
            this.help = help;
        }

        String help(String written) {
            return help.isEmpty() ? Nearest.help(written, declared, "Known here") : help;
        }
    }

    private CelExpr rewrite(CelExpr node) throws Refused {
        switch (node.getKind()) {
            case CONSTANT:
                return CelExpr.ofConstant(node.id(), widened(node));
            case IDENT, SELECT:
                return name(node);
            case CALL:
                return isIndexed(node) ? name(node) : call(node);
            case LIST:
                List<CelExpr> elements = new ArrayList<>();
                for (CelExpr element : node.list().elements()) {
                    elements.add(rewrite(element));
                }
                return CelExpr.ofList(node.id(), ImmutableList.copyOf(elements), ImmutableList.of());
            default:
                throw new Refused(
                        "E205", position(node), 1, "maps and messages cannot be written in an expression", "");
        }
    }

    private CelConstant widened(CelExpr node) throws Refused {
        CelConstant constant = node.constant();
        switch (constant.getKind()) {
            case INT64_VALUE:
                return CelConstant.ofValue((double) constant.int64Value());
            case UINT64_VALUE:
                return CelConstant.ofValue(constant.uint64Value().doubleValue());
            case DOUBLE_VALUE:
                if (!Double.isFinite(constant.doubleValue())) {
                    throw new Refused(
                            "E205", position(node), tokenLength(position(node)), "the number is too large", "");
                }
                return constant;
            case BOOLEAN_VALUE, STRING_VALUE:
                return constant;
            case NULL_VALUE:
                throw new Refused(
                        "E205",
                        position(node),
                        4,
                        "null is not a value of the language",
                        "ask `present(x)` or `!present(x)`");
            default:
                throw new Refused(
                        "E205", position(node), tokenLength(position(node)), "not a value of the language", "");
        }
    }

    private CelExpr call(CelExpr node) throws Refused {
        CelExpr.CelCall call = node.call();
        String function = call.function();
        Optional<CelExpr> target = call.target();
        if (target.isPresent()
                && target.get().getKind() == CelExpr.ExprKind.Kind.IDENT
                && target.get().ident().name().equals("math")) {
            function = "math." + function;
            target = Optional.empty();
        }
        if (!Functions.ALL.knows(function, target.isPresent())) {
            throw new UnknownFunction(text, function, target.isPresent()).refused(position(node));
        }
        functions.add(function);
        List<CelExpr> arguments = new ArrayList<>();
        for (CelExpr argument : call.args()) {
            arguments.add(rewrite(argument));
        }
        Optional<CelExpr> rewritten = target.isPresent() ? Optional.of(rewrite(target.get())) : Optional.empty();
        return CelExpr.ofCall(node.id(), rewritten, function, ImmutableList.copyOf(arguments));
    }

    private static boolean isIndexed(CelExpr node) {
        return node.call().function().equals("_[_]") && stringIndex(node) != null;
    }

    private static @Nullable String stringIndex(CelExpr node) {
        CelExpr index = node.call().args().get(1);
        return index.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && index.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? index.constant().stringValue()
                : null;
    }

    private CelExpr name(CelExpr node) throws Refused {
        List<String> path = new ArrayList<>();
        CelExpr root = steps(node, path);
        int from = position(root);
        int to = end(node);
        Name name = meaning(path, from, to - from);
        try {
            known.accept(name);
        } catch (UnknownName unknown) {
            String written = name instanceof Name.OfField field ? field.written() : String.join(".", path);
            throw new Refused("E201", from, to - from, "unknown name \"" + written + "\"", unknown.help(written));
        }
        return CelExpr.ofIdent(node.id(), variables.computeIfAbsent(name, any -> "v" + variables.size()));
    }

    private CelExpr steps(CelExpr node, List<String> path) throws Refused {
        CelExpr root;
        if (node.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            path.add(node.ident().name());
            return node;
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            root = steps(node.select().operand(), path);
            path.add(node.select().field());
            return root;
        }
        String index = node.getKind() == CelExpr.ExprKind.Kind.CALL
                        && node.call().function().equals("_[_]")
                ? stringIndex(node)
                : null;
        if (index == null) {
            if (node.getKind() == CelExpr.ExprKind.Kind.CALL
                    && Functions.RESERVED.contains(node.call().function())) {
                throw new UnknownFunction(text, node.call().function(), false).refused(position(node));
            }
            throw new Refused("E205", position(node), 1, "only a name can be followed by a dot or a [\"…\"]", "");
        }
        root = steps(node.call().args().get(0), path);
        path.add(index);
        return root;
    }

    private Name meaning(List<String> path, int from, int span) throws Refused {
        String root = path.get(0);
        List<String> rest = path.subList(1, path.size());
        if (inTemplate) {
            String written = String.join(".", path);
            for (Name.Extra.Word word : Name.Extra.Word.values()) {
                if (word.written().equals(written)) {
                    return new Name.Extra(word);
                }
            }
        }
        switch (root) {
            case "now":
                if (rest.isEmpty()) {
                    return new Name.Now();
                }
                throw new Refused(
                        "E201", from, span, "now has no fields", "for example now.getHours(\"Europe/Berlin\")");
            case "msg":
                if (!rest.isEmpty()) {
                    return new Name.OfField(rest);
                }
                throw new Refused(
                        "E201", from, span, "msg is the whole message", "name a field of it: msg[\"odd name\"]");
            case "device":
                if (rest.equals(List.of("id"))) {
                    return new Name.DeviceId();
                }
                if (rest.size() == 2 && rest.get(0).equals("labels")) {
                    return new Name.DeviceLabel(rest.get(1));
                }
                if (!rest.isEmpty()
                        && !rest.get(0).equals("labels")
                        && !rest.get(0).equals("id")) {
                    return new Name.DeviceAttribute(List.copyOf(rest));
                }
                throw new Refused(
                        "E201",
                        from,
                        span,
                        "device is not a value",
                        "there are device.id, device.labels.x and device.x for an attribute x");
            default:
                return rest.isEmpty() && locals.contains(root) ? new Name.Local(root) : new Name.OfField(path);
        }
    }

    private int end(CelExpr node) {
        int at = position(node);
        if (node.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            int[] points = text.codePoints().toArray();
            int begin = at + 1;
            while (begin < points.length && Character.isWhitespace(points[begin])) {
                begin++;
            }
            return begin + Texts.length(node.select().field());
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL) {
            CelExpr index = node.call().args().get(1);
            return position(index) + tokenLength(position(index)) + 1;
        }
        return at + tokenLength(at);
    }

    private int tokenLength(int offset) {
        return Texts.tokenLength(text, offset);
    }

    private int position(CelExpr node) {
        return source.getPositionsMap().getOrDefault(node.id(), 0);
    }
}
