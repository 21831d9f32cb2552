package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.cel.Windows.Sampled;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.history.HistoryKind;
import io.millrace.rules.history.LastSamples;
import java.util.function.ToDoubleFunction;

/** Functions over the last n samples, fewer as long as there were fewer. */
final class LastN extends Family {

    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType ANY = SimpleType.DYN;
    /** So many samples cost as much as one part of an expression. */
    private static final int SAMPLES_A_PART = 10;

    LastN() {
        numbers("avg_over_last", LastSamples::mean);
        numbers("min_over_last", LastSamples::least);
        numbers("max_over_last", LastSamples::greatest);
        numbers("sum_over_last", LastSamples::sum);
        function("count_over_last", LastN::count).takes(NUMBER, ANY, ANY).endsWith("10");
        function("quantile_over_last", LastN::quantile)
                .takes(NUMBER, NUMBER, NUMBER, ANY)
                .endsWith("10");
    }

    private void numbers(String name, ToDoubleFunction<LastSamples> reader) {
        function(name, call -> reading(call, Sampled.numbers(call.argument(0)), reader))
                .takes(NUMBER, NUMBER, ANY)
                .endsWith("10");
    }

    private static Term reading(Call call, Sampled sampled, ToDoubleFunction<LastSamples> reader) throws Refused {
        int most = samples(call, 1);
        int slot = call.history(HistoryKind.SAMPLES, most, 0, sampled, cost(most));
        return Term.number(frame -> frame.history(slot) instanceof LastSamples samples
                ? Term.finite(reader.applyAsDouble(samples))
                : Double.NaN);
    }

    private static Term count(Call call) throws Refused {
        Term what = call.argument(0);
        return switch (call.settledKind(0)) {
            case NUMBER -> reading(call, Sampled.numbers(what), LastSamples::count);
            case BOOL -> reading(call, Sampled.flags(what), LastSamples::sum);
            default -> reading(call, Sampled.counted(what), LastSamples::sum);
        };
    }

    private static Term quantile(Call call) throws Refused {
        if (call.argument(0).constant() instanceof Double q && !(q >= 0 && q <= 1)) {
            throw call.refuse("E206", 0, "a quantile is from 0 to 1", "0.95 is the value that 95 % do not exceed");
        }
        int most = samples(call, 2);
        int slot = call.history(HistoryKind.RANKED, most, 1, Sampled.numbers(call.argument(1)), cost(most));
        NumberExpression q = call.argument(0).number();
        return Term.number(frame -> frame.history(slot) instanceof LastSamples samples
                ? Term.finite(samples.quantile(q.num(frame)))
                : Double.NaN);
    }

    private static int cost(int most) {
        return Windows.COST + most / SAMPLES_A_PART;
    }

    private static int samples(Call call, int argument) throws Refused {
        if (call.argument(argument).constant() instanceof Double n
                && n == Math.rint(n)
                && n >= 1
                && n <= LastSamples.MOST) {
            return n.intValue();
        }
        boolean window = call.argument(argument).constant() instanceof String;
        String ofTime = call.function().replace("_over_last", "_over_time");
        throw call.refuse(
                "E206",
                argument,
                "the number of samples must be a constant from 1 to 1000",
                window && Functions.ALL.knows(ofTime, false)
                        ? "for a window of time use " + ofTime + "(" + call.text(0) + ", " + call.text(argument) + ")"
                        : "for example " + call.function() + (argument == 2 ? "(0.95, " : "(") + call.text(argument - 1)
                                + ", 10)");
    }
}
