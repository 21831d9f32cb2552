package io.millrace.rules.cel;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.Origin;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.expression.ValueExpression;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled sub-expression, readable as each type: what it is not, it is missing as. So a value of unknown type ({@link Kind#ANY})
 * takes part wherever it fits and nothing is ever converted. A time is read as a number of epoch milliseconds.
 *
 * @param present FALSE or TRUE, never unknown
 * @param constant Double, Boolean, String or List of a literal; null otherwise
 * @param origin of a number that grows by one each second; null for all others
 */
record Term(
        Kind kind,
        NumberExpression number,
        BooleanExpression flag,
        TextExpression text,
        ValueExpression value,
        BooleanExpression present,
        @Nullable Object constant,
        @Nullable Origin origin) {

    private Term(
            Kind kind,
            NumberExpression number,
            BooleanExpression flag,
            TextExpression text,
            ValueExpression value,
            BooleanExpression present,
            @Nullable Object constant) {
        this(kind, number, flag, text, value, present, constant, null);
    }

    private static final NumberExpression NO_NUMBER = frame -> Double.NaN;
    private static final BooleanExpression NO_FLAG = frame -> BooleanExpression.UNKNOWN;
    private static final TextExpression NO_TEXT = frame -> null;

    static Term number(NumberExpression number) {
        return new Term(
                Kind.NUMBER,
                number,
                NO_FLAG,
                NO_TEXT,
                frame -> boxed(number.num(frame)),
                frame -> BooleanExpression.of(!Double.isNaN(number.num(frame))),
                null);
    }

    static Term flag(BooleanExpression flag) {
        return new Term(
                Kind.BOOL,
                NO_NUMBER,
                flag,
                NO_TEXT,
                frame -> boxed(flag.test(frame)),
                frame -> BooleanExpression.of(flag.test(frame) != BooleanExpression.UNKNOWN),
                null);
    }

    static Term text(TextExpression text) {
        return new Term(
                Kind.TEXT,
                NO_NUMBER,
                NO_FLAG,
                text,
                text::text,
                frame -> BooleanExpression.of(text.text(frame) != null),
                null);
    }

    static Term time(NumberExpression millis) {
        return new Term(
                Kind.TIME,
                millis,
                NO_FLAG,
                NO_TEXT,
                frame -> {
                    double at = millis.num(frame);
                    return Double.isNaN(at) ? null : Instant.ofEpochMilli((long) at);
                },
                frame -> BooleanExpression.of(!Double.isNaN(millis.num(frame))),
                null);
    }

    static Term list(ValueExpression value, @Nullable Object constant) {
        return new Term(
                Kind.LIST,
                NO_NUMBER,
                NO_FLAG,
                NO_TEXT,
                frame -> value.value(frame) instanceof List<?> list ? list : null,
                frame -> BooleanExpression.of(value.value(frame) instanceof List<?>),
                constant);
    }

    static Term version(ValueExpression version) {
        return new Term(
                Kind.VERSION,
                NO_NUMBER,
                NO_FLAG,
                NO_TEXT,
                version,
                frame -> BooleanExpression.of(version.value(frame) != null),
                null);
    }

    /** Of a type that only the value itself knows; each view must be missing where the value is of another type. */
    static Term any(NumberExpression number, BooleanExpression flag, TextExpression text, ValueExpression value) {
        return new Term(
                Kind.ANY,
                number,
                flag,
                text,
                value,
                frame -> BooleanExpression.of(!Double.isNaN(number.num(frame))
                        || flag.test(frame) != BooleanExpression.UNKNOWN
                        || value.value(frame) != null),
                null);
    }

    /** The same, its boxed value made of the views. */
    static Term any(NumberExpression number, BooleanExpression flag, TextExpression text) {
        return any(number, flag, text, frame -> {
            Object found = boxed(number.num(frame));
            Object known = found != null ? found : boxed(flag.test(frame));
            return known != null ? known : text.text(frame);
        });
    }

    /** A boxed value from elsewhere: a registry attribute, an occasion. */
    static Term boxed(ValueExpression value) {
        return any(
                frame -> value.value(frame) instanceof Number number ? finite(number.doubleValue()) : Double.NaN,
                frame -> value.value(frame) instanceof Boolean flag
                        ? BooleanExpression.of(flag)
                        : BooleanExpression.UNKNOWN,
                frame -> value.value(frame) instanceof String text ? text : null,
                value);
    }

    static Term constant(double number) {
        return number(frame -> number).withConstant(number);
    }

    static Term constant(boolean flag) {
        int result = BooleanExpression.of(flag);
        return flag(frame -> result).withConstant(flag);
    }

    static Term constant(String text) {
        return text(frame -> text).withConstant(text);
    }

    /** The same value, of a type that is now known. */
    Term as(Kind known) {
        return kind == known || kind != Kind.ANY || known == Kind.ANY
                ? this
                : switch (known) {
                    case NUMBER -> number(number);
                    case BOOL -> flag(flag);
                    case TEXT -> text(text);
                    case LIST -> list(value, null);
                    case TIME, VERSION, ANY -> this;
                };
    }

    private Term withConstant(Object value) {
        return new Term(kind, number, flag, text, this.value, present, value);
    }

    Term withOrigin(Origin origin) {
        return new Term(kind, number, flag, text, value, present, constant, origin);
    }

    /** Infinity is no number of the language. */
    static double finite(double number) {
        return Math.abs(number) <= Double.MAX_VALUE ? number : Double.NaN;
    }

    static @Nullable Object boxed(double number) {
        return Double.isNaN(number) ? null : (Object) number;
    }

    static @Nullable Object boxed(int flag) {
        return flag == BooleanExpression.UNKNOWN ? null : (Object) (flag == BooleanExpression.TRUE);
    }
}
