package io.millrace.rules.cel;

import static io.millrace.rules.expression.BooleanExpression.FALSE;
import static io.millrace.rules.expression.BooleanExpression.TRUE;
import static io.millrace.rules.expression.BooleanExpression.UNKNOWN;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.millrace.rules.cel.Windows.Sampled;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Crossing;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.Origin;
import io.millrace.rules.history.History;
import io.millrace.rules.history.HistoryKind;
import io.millrace.rules.history.LastTwo;
import io.millrace.rules.history.Truth;
import java.util.OptionalInt;

/** The value before, and how long ago something was: {@code prev}, {@code changed}, {@code age}, {@code held}, {@code since}. */
final class Past extends Family {

    private static final CelType A = TypeParamType.create("A");
    private static final CelType BOOL = SimpleType.BOOL;
    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType ANY = SimpleType.DYN;
    private static final int COST = 4;
    private static final double SECOND = 1_000;

    Past() {
        function("prev", Past::prev).takes(A, A);
        function("changed", Past::changed).takes(BOOL, ANY);
        function("age", call -> age(origin(call))).takes(NUMBER, ANY);
        function("absent_over_time", Past::absent).takes(BOOL, ANY, ANY).endsWith(Windows.WINDOW);
        function("held", Past::held).takes(NUMBER, BOOL);
        function("since", Past::since).takes(NUMBER, BOOL);
    }

    /** The sample before the last one; missing when the value itself is. */
    private static Term prev(Call call) throws Refused {
        int slot = call.history(HistoryKind.TWO, 0, 0, Sampled.any(call.argument(0)), COST);
        BooleanExpression present = call.argument(0).present();
        Term any = Term.any(
                frame -> present.test(frame) == TRUE && frame.history(slot) instanceof LastTwo two
                        ? two.numberBefore()
                        : Double.NaN,
                frame -> present.test(frame) == TRUE && frame.history(slot) instanceof LastTwo two
                        ? two.flagBefore()
                        : UNKNOWN,
                frame -> present.test(frame) == TRUE && frame.history(slot) instanceof LastTwo two
                        ? two.textBefore()
                        : null);
        Kind kind = call.argument(0).kind() == Kind.ANY
                ? call.result()
                : call.argument(0).kind();
        return any.as(kind);
    }

    private static Term changed(Call call) throws Refused {
        int slot = call.history(HistoryKind.TWO, 0, 0, Sampled.any(call.argument(0)), COST);
        BooleanExpression present = call.argument(0).present();
        return Term.flag(frame ->
                present.test(frame) == TRUE && frame.history(slot) instanceof LastTwo two ? two.changed() : UNKNOWN);
    }

    /** When the value last came; if it never did, when the device was first seen. */
    private static NumberExpression origin(Call call) throws Refused {
        call.memory().looksAtTime();
        OptionalInt field = call.field(0);
        if (field.isPresent()) {
            int slot = field.getAsInt();
            return frame -> moment(frame.time(slot), frame);
        }
        int slot = call.history(HistoryKind.TWO, 0, 0, Sampled.any(call.argument(0)), COST);
        return frame -> moment(frame.history(slot) instanceof LastTwo two ? two.time() : History.NEVER, frame);
    }

    private static double moment(long time, Frame frame) {
        long moment = time != History.NEVER ? time : frame.firstSeen();
        return moment == History.NEVER ? Double.NaN : moment;
    }

    /** Seconds of silence since then. */
    private static Term age(NumberExpression origin) {
        return Term.number(frame -> frame.silence(origin.num(frame)) / SECOND).withOrigin(new Origin(origin, true));
    }

    private static Term absent(Call call) throws Refused {
        long width = Windows.window(call, 1);
        NumberExpression origin = origin(call);
        call.changesAt(new Crossing(new Origin(origin, true), frame -> width / SECOND, false));
        return Term.flag(frame -> {
            double silence = frame.silence(origin.num(frame));
            return silence >= width ? TRUE : Double.isNaN(silence) ? UNKNOWN : FALSE;
        });
    }

    private static Term held(Call call) throws Refused {
        int slot = call.history(HistoryKind.TRUTH, 0, 0, Sampled.truth(call.argument(0)), COST);
        BooleanExpression condition = call.argument(0).flag();
        NumberExpression origin = frame -> condition.test(frame) == TRUE
                        && frame.history(slot) instanceof Truth truth
                        && truth.heldFrom() != History.NEVER
                ? truth.heldFrom()
                : Double.NaN;
        return Term.number(frame -> {
                    double from = origin.num(frame);
                    return !Double.isNaN(from)
                            ? Math.max(0, (frame.now() - from) / SECOND)
                            : condition.test(frame) == UNKNOWN ? Double.NaN : 0;
                })
                .withOrigin(new Origin(origin, false));
    }

    private static Term since(Call call) throws Refused {
        int slot = call.history(HistoryKind.TRUTH, 0, 0, Sampled.truth(call.argument(0)), COST);
        NumberExpression origin = frame ->
                frame.history(slot) instanceof Truth truth && !truth.isTrue() && truth.endedAt() != History.NEVER
                        ? truth.endedAt()
                        : Double.NaN;
        return Term.number(frame -> frame.history(slot) instanceof Truth truth && truth.isTrue()
                        ? 0
                        : Math.max(0, (frame.now() - origin.num(frame)) / SECOND))
                .withOrigin(new Origin(origin, false));
    }
}
