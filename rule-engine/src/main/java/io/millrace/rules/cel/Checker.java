package io.millrace.rules.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.compiler.CelCompilerBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type check by dev.cel, its complaints in the words of the language. */
final class Checker {

    private static final Pattern NO_OVERLOAD = Pattern.compile(
            "found no matching overload for '(.+?)' applied to '(.*?)\\.?\\((.*)\\)'.*", Pattern.DOTALL);
    private static final Set<String> COMPARISONS = Set.of("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in");
    private static final Set<String> ARITHMETIC = Set.of("_+_", "_-_", "_*_", "_/_", "_%_", "-_");
    private static final Set<String> LOGIC = Set.of("_&&_", "_||_", "!_", "_?_:_");

    private final Names.Resolved expression;
    private final Outline outline;

    private Checker(Names.Resolved expression) {
        this.expression = expression;
        this.outline = new Outline(expression);
    }

    static CelAbstractSyntaxTree check(Names.Resolved expression, Function<Name, Kind> kinds) throws Refused {
        CelCompilerBuilder builder = Functions.ALL.checker(expression.functions());
        for (Map.Entry<String, Name> variable : expression.names().entrySet()) {
            builder.addVar(variable.getKey(), kinds.apply(variable.getValue()).type());
        }
        CelValidationResult result =
                builder.build().check(CelAbstractSyntaxTree.newParsedAst(expression.tree(), expression.source()));
        if (result.hasError()) {
            throw new Checker(expression).refusal(result.getErrors().get(0));
        }
        try {
            return result.getAst();
        } catch (CelValidationException impossible) {
            throw new IllegalStateException("dev.cel checked it and has no tree: " + expression.text(), impossible);
        }
    }

    private Refused refusal(CelIssue issue) {
        Optional<CelExpr> found = outline.node(issue.getExprId());
        Matcher matcher = NO_OVERLOAD.matcher(issue.getMessage());
        if (found.isEmpty() || !matcher.matches() || found.get().getKind() != CelExpr.ExprKind.Kind.CALL) {
            int offset = found.map(outline::start).orElse(0);
            int span = found.map(node -> outline.end(node) - offset).orElse(1);
            return new Refused("E204", offset, span, issue.getMessage(), "");
        }
        CelExpr node = found.get();
        String function = node.call().function();
        List<Kind> kinds = Arrays.stream(matcher.group(3).split(", (?![^(]*\\))"))
                .filter(type -> !type.isEmpty())
                .map(Kind::named)
                .toList();
        if (COMPARISONS.contains(function)) {
            return comparison(node, kinds);
        }
        if (LOGIC.contains(function)) {
            return logic(node, kinds);
        }
        if (ARITHMETIC.contains(function)) {
            boolean bool = kinds.contains(Kind.BOOL);
            return new Refused(
                    bool ? "E202" : "E204",
                    expression.position(node),
                    1,
                    "`" + operator(function) + "` needs numbers, not " + words(kinds, " and "),
                    kinds.contains(Kind.TEXT) && function.equals("_+_") ? "string(x) makes a text of a number" : "");
        }
        Family.Definition definition =
                Functions.ALL.definition(function, node.call().target().isPresent());
        List<CelExpr> arguments = Outline.children(node);
        int wrong = definition.firstMisfit(kinds(matcher.group(2), kinds));
        if (wrong >= 0 && wrong < arguments.size()) {
            int start = outline.start(arguments.get(wrong));
            return new Refused(
                    "E206",
                    start,
                    outline.end(arguments.get(wrong)) - start,
                    function + " takes no "
                            + kinds(matcher.group(2), kinds).get(wrong).word() + " here",
                    "write " + definition.usage());
        }
        int at = outline.nameStart(node);
        return new Refused(
                "E206",
                at,
                Texts.length(function),
                function + " does not take (" + words(kinds, ", ") + ")",
                "write " + definition.usage());
    }

    /** The target's type, if there is one, before those of the arguments. */
    private static List<Kind> kinds(String target, List<Kind> arguments) {
        return target.isEmpty()
                ? arguments
                : java.util.stream.Stream.concat(java.util.stream.Stream.of(Kind.named(target)), arguments.stream())
                        .toList();
    }

    private Refused comparison(CelExpr node, List<Kind> kinds) {
        String function = node.call().function();
        int at = expression.position(node);
        int span = function.equals("@in") ? 2 : operator(function).length();
        CelExpr left = node.call().args().get(0);
        CelExpr right = node.call().args().get(1);
        if (kinds.equals(List.of(Kind.BOOL, Kind.BOOL))) {
            return new Refused("E202", at, span, "true and false have no order", "compare with `==`, or use && and ||");
        }
        String message = function.equals("@in")
                ? "looks for " + kinds.get(0).description() + " in " + listWord(right)
                : "compares " + kinds.get(0).word() + " with " + kinds.get(1).word();
        if (kinds.contains(Kind.BOOL) && !function.equals("@in")) {
            String flag = outline.text(kinds.get(0) == Kind.BOOL ? left : right);
            return new Refused("E202", at, span, message, "write `" + flag + "` or `!" + flag + "`");
        }
        boolean numeric = isNumericText(left) || isNumericText(right);
        return new Refused(
                "E204",
                at,
                span,
                message,
                numeric && kinds.contains(Kind.NUMBER)
                        ? "remove the quotes, or declare `coerce: true` if the device sends text"
                        : "nothing is converted: both sides must have the same type");
    }

    private static String listWord(CelExpr list) {
        boolean literal = list.getKind() == CelExpr.ExprKind.Kind.LIST;
        List<CelExpr> elements = literal ? list.list().elements() : List.of();
        boolean texts = elements.stream().allMatch(Checker::isText);
        boolean numbers = elements.stream()
                .allMatch(element -> element.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && element.constant().getKind() == CelConstant.Kind.DOUBLE_VALUE);
        return elements.isEmpty() || texts == numbers
                ? "a list of something else"
                : texts ? "a list of texts" : "a list of numbers";
    }

    private Refused logic(CelExpr node, List<Kind> kinds) {
        String function = node.call().function();
        int operands = function.equals("_?_:_") ? 1 : kinds.size();
        for (int i = 0; i < operands; i++) {
            Kind kind = kinds.get(i);
            if (kind != Kind.BOOL && kind != Kind.ANY) {
                CelExpr operand = node.call().args().get(i);
                int start = outline.start(operand);
                String what = outline.text(operand);
                return new Refused(
                        "E203",
                        start,
                        outline.end(operand) - start,
                        "`" + operator(function) + "` needs true or false here, not " + kind.description(),
                        Expressions.comparisonHelp(what, kind));
            }
        }
        return new Refused(
                "E204",
                expression.position(node),
                1,
                "the two results of `?:` have different types: " + words(kinds.subList(1, 3), " and "),
                "");
    }

    private static boolean isText(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && node.constant().getKind() == CelConstant.Kind.STRING_VALUE;
    }

    private static boolean isNumericText(CelExpr node) {
        return isText(node)
                && !Double.isNaN(io.millrace.rules.expression.Numbers.parse(
                        node.constant().stringValue()));
    }

    private static String words(List<Kind> kinds, String separator) {
        return kinds.stream().map(Kind::word).collect(java.util.stream.Collectors.joining(separator));
    }

    /** {@code _>_} as one writes it. */
    static String operator(String function) {
        return function.equals("_?_:_") ? "?:" : function.replace("_", "");
    }
}
