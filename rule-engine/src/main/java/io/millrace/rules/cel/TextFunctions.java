package io.millrace.rules.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import io.millrace.rules.expression.Values;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Texts. Patterns are RE2: linear time whatever a device sends. */
final class TextFunctions extends Family {

    /** In characters to compare with. */
    private static final int LARGEST_PATTERN = 10_000;

    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType BOOL = SimpleType.BOOL;
    private static final CelType NUMBER = SimpleType.DOUBLE;

    private interface TextTest {
        boolean holds(String text, String other);
    }

    TextFunctions() {
        test("startsWith", String::startsWith);
        test("endsWith", String::endsWith);
        test("contains", String::contains);
        member("matches", TextFunctions::matches).takes(BOOL, TEXT, TEXT);
        function("matches", TextFunctions::matches).takes(BOOL, TEXT, TEXT);
        CelType list = ListType.create(SimpleType.DYN);
        member("size", call -> Term.number(size(call.argument(0))))
                .takes(NUMBER, TEXT)
                .takes(NUMBER, list);
        function("size", call -> Term.number(size(call.argument(0))))
                .takes(NUMBER, TEXT)
                .takes(NUMBER, list);
        map("lowerAscii", text -> ascii(text, true));
        map("upperAscii", text -> ascii(text, false));
        map("trim", String::strip);
        function("string", call -> Term.text(string(call.argument(0)))).takes(TEXT, SimpleType.DYN);
    }

    private void test(String name, TextTest test) {
        member(name, call -> {
                    TextExpression a = call.argument(0).text();
                    TextExpression b = call.argument(1).text();
                    return Term.flag(frame -> {
                        String x = a.text(frame);
                        String y = x == null ? null : b.text(frame);
                        return x == null || y == null
                                ? BooleanExpression.UNKNOWN
                                : BooleanExpression.of(test.holds(x, y));
                    });
                })
                .takes(BOOL, TEXT, TEXT);
    }

    private void map(String name, UnaryOperator<String> change) {
        member(name, call -> {
                    TextExpression a = call.argument(0).text();
                    return Term.text(frame -> {
                        String x = a.text(frame);
                        return x == null ? null : change.apply(x);
                    });
                })
                .takes(TEXT, TEXT);
    }

    private static Term matches(Call call) throws Refused {
        Pattern pattern;
        try {
            String written = call.constantText(1, "the pattern");
            if (PatternSize.of(written) > LARGEST_PATTERN) {
                throw call.refuse(
                        "E206",
                        1,
                        "the regular expression is too large with its repetitions written out",
                        "repeat less");
            }
            pattern = Pattern.compile(written);
        } catch (PatternSyntaxException mistake) {
            throw call.refuse("E206", 1, "not a regular expression (RE2): " + mistake.getDescription(), "");
        }
        TextExpression text = call.argument(0).text();
        return Term.flag(frame -> {
            String found = text.text(frame);
            return found == null
                    ? BooleanExpression.UNKNOWN
                    : BooleanExpression.of(pattern.matcher(found).find());
        });
    }

    private static NumberExpression size(Term term) {
        TextExpression text = term.text();
        ValueExpression value = term.value();
        return frame -> {
            String found = text.text(frame);
            if (found != null) {
                return found.codePointCount(0, found.length());
            }
            return value.value(frame) instanceof List<?> list ? list.size() : Double.NaN;
        };
    }

    private static TextExpression string(Term term) {
        ValueExpression value = term.value();
        return frame -> {
            Object found = value.value(frame);
            return found == null ? null : Values.text(found);
        };
    }

    private static String ascii(String text, boolean lower) {
        StringBuilder changed = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            String c = text.substring(i, i + 1);
            boolean letter = c.charAt(0) < 128;
            changed.append(!letter ? c : lower ? c.toLowerCase(Locale.ROOT) : c.toUpperCase(Locale.ROOT));
        }
        return changed.toString();
    }
}
