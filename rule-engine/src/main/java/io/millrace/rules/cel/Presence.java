package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.millrace.rules.expression.BooleanExpression;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions that look at what is missing instead of being unknown by it. */
final class Presence extends Family {

    private static final CelType A = TypeParamType.create("A");
    private static final int MOST_ARGUMENTS = 8;

    Presence() {
        function("present", call -> Term.flag(call.argument(0).present())).takes(SimpleType.BOOL, SimpleType.DYN);
        Definition coalesce = function("coalesce", Presence::coalesce);
        for (int i = 2; i <= MOST_ARGUMENTS; i++) {
            coalesce.takes(A, Collections.nCopies(i, A).toArray(CelType[]::new));
        }
    }

    /** The first argument that is there. */
    private static Term coalesce(Call call) {
        Term[] all = call.arguments().toArray(Term[]::new);
        Term first = Term.any(
                frame -> {
                    for (Term term : all) {
                        double found = term.number().num(frame);
                        if (!Double.isNaN(found)) {
                            return found;
                        }
                    }
                    return Double.NaN;
                },
                frame -> {
                    for (Term term : all) {
                        int found = term.flag().test(frame);
                        if (found != BooleanExpression.UNKNOWN) {
                            return found;
                        }
                    }
                    return BooleanExpression.UNKNOWN;
                },
                frame -> {
                    for (Term term : all) {
                        String found = term.text().text(frame);
                        if (found != null) {
                            return found;
                        }
                    }
                    return null;
                },
                frame -> firstValue(List.of(all), frame));
        Kind known = call.arguments().stream()
                .map(Term::kind)
                .filter(kind -> kind != Kind.ANY)
                .findFirst()
                .orElse(call.result());
        return known == Kind.TIME ? Term.time(first.number()) : first.as(known);
    }

    private static @Nullable Object firstValue(List<Term> terms, io.millrace.rules.expression.Frame frame) {
        for (Term term : terms) {
            Object found = term.value().value(frame);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
