package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CEL's strings extension: places in a text, in code points from 0, and texts made of others. A place that is not in the text is
 * unknown, as is a text that would become longer than {@value #LONGEST} characters.
 */
final class TextParts extends Family {

    private static final int LONGEST = 10_000;
    /** As a limit: none. */
    private static final int ALL = -1;

    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType LIST = ListType.create(SimpleType.DYN);

    private interface Search {
        int find(String text, String part, int from);
    }

    TextParts() {
        member(
                        "charAt",
                        call -> Term.text(
                                charAt(call.argument(0).text(), call.argument(1).number())))
                .takes(TEXT, TEXT, NUMBER);
        member("indexOf", call -> search(call, false)).takes(NUMBER, TEXT, TEXT).takes(NUMBER, TEXT, TEXT, NUMBER);
        member("lastIndexOf", call -> search(call, true))
                .takes(NUMBER, TEXT, TEXT)
                .takes(NUMBER, TEXT, TEXT, NUMBER);
        member("substring", TextParts::substring).takes(TEXT, TEXT, NUMBER).takes(TEXT, TEXT, NUMBER, NUMBER);
        member("replace", TextParts::replace).takes(TEXT, TEXT, TEXT, TEXT).takes(TEXT, TEXT, TEXT, TEXT, NUMBER);
        member("split", TextParts::split).takes(LIST, TEXT, TEXT).takes(LIST, TEXT, TEXT, NUMBER);
        member("reverse", call -> {
                    TextExpression text = call.argument(0).text();
                    return Term.text(frame -> {
                        String found = text.text(frame);
                        return found == null
                                ? null
                                : new StringBuilder(found).reverse().toString();
                    });
                })
                .takes(TEXT, TEXT);
        member("join", TextParts::join).takes(TEXT, LIST).takes(TEXT, LIST, TEXT);
        function("_[_]", TextParts::element).takes(SimpleType.DYN, LIST, NUMBER);
    }

    /** A number as a place from 0 to {@code most}; -1 if it is none. */
    private static int place(double number, int most) {
        return number >= 0 && number <= most && number == Math.rint(number) ? (int) number : -1;
    }

    private static int size(String text) {
        return text.codePointCount(0, text.length());
    }

    private static TextExpression charAt(TextExpression text, NumberExpression place) {
        return frame -> {
            String found = text.text(frame);
            int at = found == null ? -1 : place(place.num(frame), size(found));
            if (found == null || at < 0) {
                return null;
            }
            int begin = found.offsetByCodePoints(0, at);
            return begin == found.length() ? "" : Character.toString(found.codePointAt(begin));
        };
    }

    private static Term search(Call call, boolean last) {
        TextExpression text = call.argument(0).text();
        TextExpression part = call.argument(1).text();
        NumberExpression from = call.size() > 2 ? call.argument(2).number() : null;
        Search search = last ? String::lastIndexOf : String::indexOf;
        return Term.number(frame -> {
            String found = text.text(frame);
            String wanted = found == null ? null : part.text(frame);
            if (found == null || wanted == null) {
                return Double.NaN;
            }
            int start = last ? found.length() : 0;
            if (from != null) {
                int place = place(from.num(frame), size(found));
                if (place < 0) {
                    return Double.NaN;
                }
                start = found.offsetByCodePoints(0, place);
            }
            int at = search.find(found, wanted, start);
            return at < 0 ? -1 : found.codePointCount(0, at);
        });
    }

    private static Term substring(Call call) {
        TextExpression text = call.argument(0).text();
        NumberExpression from = call.argument(1).number();
        NumberExpression to = call.size() > 2 ? call.argument(2).number() : null;
        return Term.text(frame -> {
            String found = text.text(frame);
            if (found == null) {
                return null;
            }
            int size = size(found);
            int begin = place(from.num(frame), size);
            int end = to == null ? size : place(to.num(frame), size);
            return begin < 0 || end < begin
                    ? null
                    : found.substring(found.offsetByCodePoints(0, begin), found.offsetByCodePoints(0, end));
        });
    }

    private static Term replace(Call call) {
        TextExpression text = call.argument(0).text();
        TextExpression old = call.argument(1).text();
        TextExpression other = call.argument(2).text();
        NumberExpression limit = call.size() > 3 ? call.argument(3).number() : frame -> ALL;
        return Term.text(frame -> {
            String found = text.text(frame);
            String from = old.text(frame);
            String to = other.text(frame);
            double most = limit.num(frame);
            return found == null || from == null || to == null || Double.isNaN(most)
                    ? null
                    : replaced(found, from, to, most);
        });
    }

    /** An empty text stands before each character and at the end, as in CEL. */
    private static @Nullable String replaced(String text, String from, String to, double most) {
        StringBuilder made = new StringBuilder();
        int at = 0;
        for (double count = 0; most < 0 || count < most; count++) {
            int next = text.indexOf(from, at);
            if (next < 0) {
                break;
            }
            made.append(text, at, next).append(to);
            at = next + from.length();
            if (from.isEmpty()) {
                if (next == text.length()) {
                    break;
                }
                made.appendCodePoint(text.codePointAt(next));
                at = text.offsetByCodePoints(next, 1);
            }
            if (made.length() > LONGEST) {
                return null;
            }
        }
        made.append(text, at, text.length());
        return made.length() > LONGEST ? null : made.toString();
    }

    private static Term split(Call call) {
        TextExpression text = call.argument(0).text();
        TextExpression separator = call.argument(1).text();
        NumberExpression limit = call.size() > 2 ? call.argument(2).number() : frame -> ALL;
        return Term.list(
                frame -> {
                    String found = text.text(frame);
                    String by = separator.text(frame);
                    double most = limit.num(frame);
                    return found == null || by == null || Double.isNaN(most) ? null : parts(found, by, most);
                },
                null);
    }

    private static List<String> parts(String text, String separator, double most) {
        List<String> parts = new ArrayList<>();
        if (most == 0) {
            return parts;
        }
        int at = 0;
        while (most < 0 || parts.size() + 1 < most) {
            int next = separator.isEmpty() ? nextPoint(text, at) : text.indexOf(separator, at);
            if (next < 0) {
                break;
            }
            parts.add(text.substring(at, next));
            at = next + separator.length();
        }
        parts.add(text.substring(at));
        return parts;
    }

    /** Where the character after this one begins; -1 if there is none. */
    private static int nextPoint(String text, int at) {
        int next = at < text.length() ? text.offsetByCodePoints(at, 1) : text.length();
        return next < text.length() ? next : -1;
    }

    private static Term join(Call call) {
        ValueExpression list = call.argument(0).value();
        TextExpression separator = call.size() > 1 ? call.argument(1).text() : frame -> "";
        return Term.text(frame -> {
            String between = separator.text(frame);
            if (between == null || !(list.value(frame) instanceof List<?> elements)) {
                return null;
            }
            StringBuilder made = new StringBuilder();
            for (int i = 0; i < elements.size(); i++) {
                if (!(elements.get(i) instanceof String text) || made.length() > LONGEST) {
                    return null;
                }
                made.append(i == 0 ? "" : between).append(text);
            }
            return made.length() > LONGEST ? null : made.toString();
        });
    }

    private static Term element(Call call) {
        ValueExpression list = call.argument(0).value();
        NumberExpression place = call.argument(1).number();
        return Term.boxed(frame -> {
            if (!(list.value(frame) instanceof List<?> elements)) {
                return null;
            }
            int at = place(place.num(frame), elements.size() - 1);
            return at < 0 ? null : elements.get(at);
        });
    }
}
