package io.millrace.rules.cel;

import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the parts of an expression begin and end. dev.cel marks operators, dots and parentheses; this finds the rest around them. */
final class Outline {

    private final Names.Resolved expression;
    private final int[] points;
    private final Map<Long, CelExpr> nodes = new HashMap<>();

    Outline(Names.Resolved expression) {
        this.expression = expression;
        this.points = expression.text().codePoints().toArray();
        collect(expression.tree());
    }

    Optional<CelExpr> node(long id) {
        return Optional.ofNullable(nodes.get(id));
    }

    int size() {
        return nodes.size();
    }

    /** How many parts a part has, itself included. */
    static int size(CelExpr node) {
        return 1 + children(node).stream().mapToInt(Outline::size).sum();
    }

    private void collect(CelExpr node) {
        nodes.put(node.id(), node);
        children(node).forEach(this::collect);
    }

    static List<CelExpr> children(CelExpr node) {
        List<CelExpr> children = new ArrayList<>();
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL) {
            node.call().target().ifPresent(children::add);
            children.addAll(node.call().args());
        } else if (node.getKind() == CelExpr.ExprKind.Kind.LIST) {
            children.addAll(node.list().elements());
        }
        return children;
    }

    /** The first code point of a part. A resolved name keeps the mark of its last dot or bracket, so look left for its root. */
    int start(CelExpr node) {
        int at = expression.position(node);
        if (node.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            return nameBegin(at);
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            return at > 0 && points[at - 1] == '-' && Texts.isDigit(points[at]) ? at - 1 : at;
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.CALL) {
            at = Math.min(at, nameStart(node));
        }
        for (CelExpr child : children(node)) {
            at = Math.min(at, start(child));
        }
        return at;
    }

    /** One past the last code point of a part. */
    int end(CelExpr node) {
        int at = expression.position(node);
        if (node.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            return nameEnd(at);
        }
        if (node.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            return at + Texts.tokenLength(expression.text(), at);
        }
        int end = at + 1;
        for (CelExpr child : children(node)) {
            end = Math.max(end, end(child));
        }
        boolean closes = at < points.length && (points[at] == '(' || points[at] == '[');
        while (closes && end < points.length && points[end - 1] != (points[at] == '(' ? ')' : ']')) {
            end++;
        }
        return end;
    }

    String text(CelExpr node) {
        int start = start(node);
        return new String(points, start, end(node) - start);
    }

    /** Where the name of a called function begins; for operators the operator. */
    int nameStart(CelExpr call) {
        int at = expression.position(call);
        if (at >= points.length || points[at] != '(') {
            return at;
        }
        int end = skipSpaceLeft(at);
        int begin = end;
        while (begin > 0 && Texts.isWord(points[begin - 1])) {
            begin--;
        }
        boolean namespaced =
                call.call().function().contains(".") && call.call().target().isEmpty();
        return begin == end ? at : namespaced ? nameBegin(skipSpaceLeft(begin) - 1) : begin;
    }

    /** From a dot or bracket of a name to its first part; each round ends further left. */
    private int nameBegin(int mark) {
        int at = mark;
        while (at > 0 && at < points.length && (points[at] == '.' || points[at] == '[')) {
            int end = skipSpaceLeft(at);
            int begin = end;
            if (end > 0 && points[end - 1] == ']') {
                at = end - 1;
                while (at > 0 && points[at] != '[') {
                    at--;
                }
                continue;
            }
            while (begin > 0 && (Texts.isWord(points[begin - 1]) || points[begin - 1] == '`')) {
                begin--;
            }
            if (begin == end) {
                return at;
            }
            int dot = skipSpaceLeft(begin) - 1;
            at = dot > 0 && points[dot] == '.' ? dot : begin;
        }
        return at;
    }

    private int nameEnd(int mark) {
        int at = mark;
        if (at < points.length && points[at] == '[') {
            while (at < points.length && points[at] != ']') {
                at++;
            }
            return Math.min(points.length, at + 1);
        }
        at = at < points.length && points[at] == '.' ? at + 1 : at;
        while (at < points.length && Character.isWhitespace(points[at])) {
            at++;
        }
        while (at < points.length && Texts.isWord(points[at])) {
            at++;
        }
        return at;
    }

    private int skipSpaceLeft(int at) {
        int end = at;
        while (end > 0 && Character.isWhitespace(points[end - 1])) {
            end--;
        }
        return end;
    }
}
