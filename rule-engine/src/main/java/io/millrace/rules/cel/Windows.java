package io.millrace.rules.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Durations;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.HistoryDefinition;
import io.millrace.rules.expression.NumberExpression;
import io.millrace.rules.expression.TextExpression;
import io.millrace.rules.history.ExtremeWindow;
import io.millrace.rules.history.History;
import io.millrace.rules.history.HistoryKind;
import io.millrace.rules.history.LastTwo;
import io.millrace.rules.history.MeanWindow;
import io.millrace.rules.history.SlopeWindow;
import io.millrace.rules.history.SpreadWindow;
import io.millrace.rules.history.StepWindow;
import io.millrace.rules.history.TimeWindow;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Functions over a window of time, by PromQL's names. Missing while the window has no sample. */
final class Windows extends Family {

    /** Parts of an expression that cost as much as one window: its sample and its reading. */
    static final int COST = 10;

    private static final CelType NUMBER = SimpleType.DOUBLE;
    private static final CelType BOOL = SimpleType.BOOL;
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType ANY = SimpleType.DYN;

    static final String WINDOW = "\"5m\"";

    /** Reads a window that has had samples. */
    private interface Reader<W extends History> {
        double read(W window, long now);
    }

    Windows() {
        numbers("avg_over_time", HistoryKind.MEAN, MeanWindow.class, MeanWindow::mean);
        numbers("sum_over_time", HistoryKind.MEAN, MeanWindow.class, MeanWindow::sumOf);
        numbers("min_over_time", HistoryKind.LEAST, ExtremeWindow.class, ExtremeWindow::extreme);
        numbers("max_over_time", HistoryKind.GREATEST, ExtremeWindow.class, ExtremeWindow::extreme);
        numbers("stddev_over_time", HistoryKind.SPREAD, SpreadWindow.class, SpreadWindow::deviation);
        numbers("delta", HistoryKind.DELTA, StepWindow.class, StepWindow::delta);
        numbers("increase", HistoryKind.INCREASE, StepWindow.class, StepWindow::steps);
        numbers("rate", HistoryKind.INCREASE, StepWindow.class, StepWindow::rate);
        numbers("resets", HistoryKind.RESETS, StepWindow.class, StepWindow::steps);
        numbers("deriv", HistoryKind.SLOPE, SlopeWindow.class, SlopeWindow::slope);
        function("changes", Windows::changes).takes(NUMBER, ANY, ANY).endsWith(WINDOW);
        function("count_over_time", Windows::count).takes(NUMBER, ANY, ANY).endsWith(WINDOW);
        function("ratio_over_time", call -> {
                    Sampled sampled = Sampled.flags(call.argument(0));
                    return reading(call, HistoryKind.MEAN, sampled, MeanWindow.class, MeanWindow::mean);
                })
                .takes(NUMBER, BOOL, ANY)
                .endsWith(WINDOW);
        function("last_over_time", Windows::last)
                .takes(NUMBER, NUMBER, ANY)
                .takes(BOOL, BOOL, ANY)
                .takes(TEXT, TEXT, ANY)
                .endsWith(WINDOW);
    }

    private <W extends History> void numbers(String name, HistoryKind kind, Class<W> type, Reader<W> reader) {
        function(name, call -> reading(call, kind, Sampled.numbers(call.argument(0)), type, reader))
                .takes(NUMBER, NUMBER, ANY)
                .endsWith(WINDOW);
    }

    private static <W extends History> Term reading(
            Call call, HistoryKind kind, Sampled sampled, Class<W> type, Reader<W> reader) throws Refused {
        int slot = call.history(kind, window(call, 1), 0, sampled, COST);
        return Term.number(frame -> {
            @Nullable History window = frame.history(slot);
            return window == null ? Double.NaN : Term.finite(reader.read(type.cast(window), frame.now()));
        });
    }

    private static Term changes(Call call) throws Refused {
        return reading(
                call,
                HistoryKind.CHANGES,
                Sampled.distinct(call.argument(0), call.settledKind(0)),
                StepWindow.class,
                StepWindow::steps);
    }

    /** Samples, or where the samples are true or false those that are true. */
    private static Term count(Call call) throws Refused {
        Term what = call.argument(0);
        return switch (call.settledKind(0)) {
            case NUMBER -> reading(call, HistoryKind.MEAN, Sampled.numbers(what), MeanWindow.class, MeanWindow::count);
            case BOOL -> reading(call, HistoryKind.MEAN, Sampled.flags(what), MeanWindow.class, MeanWindow::sumOf);
            default -> reading(call, HistoryKind.MEAN, Sampled.counted(what), MeanWindow.class, MeanWindow::sumOf);
        };
    }

    private static Term last(Call call) throws Refused {
        long width = window(call, 1);
        int slot = call.history(HistoryKind.TWO, 0, 0, Sampled.any(call.argument(0)), COST);
        Term any = Term.any(
                frame -> {
                    LastTwo last = within(frame, slot, width);
                    return last == null ? Double.NaN : last.number();
                },
                frame -> {
                    LastTwo last = within(frame, slot, width);
                    return last == null ? BooleanExpression.UNKNOWN : last.flag();
                },
                frame -> {
                    LastTwo last = within(frame, slot, width);
                    return last == null ? null : last.text();
                });
        return any.as(call.result());
    }

    private static @Nullable LastTwo within(Frame frame, int slot, long width) {
        return frame.history(slot) instanceof LastTwo last && last.time() > frame.now() - width ? last : null;
    }

    /** The width of a window in milliseconds: a constant text such as "5m". */
    static long window(Call call, int argument) throws Refused {
        String example = call.function() + "(" + call.text(0) + ", \"5m\")";
        if (!(call.argument(argument).constant() instanceof String written)) {
            Object constant = call.argument(argument).constant();
            boolean counts = constant instanceof Double && call.function().endsWith("_over_time");
            String ofLast = call.function().replace("_over_time", "_over_last");
            String help = counts && Functions.ALL.knows(ofLast, false)
                    ? "; for the last " + call.text(argument) + " messages use " + ofLast + "(" + call.text(0) + ", "
                            + call.text(argument) + ")"
                    : "";
            throw call.refuse(
                    "E206", argument, "the window must be a constant text such as \"5m\"", "write " + example + help);
        }
        Optional<Duration> width = Durations.parse(written);
        if (width.isEmpty()) {
            throw call.refuse("E206", argument, "\"" + written + "\" is not a duration", "write " + example);
        }
        long millis = width.get().toMillis();
        if (millis < TimeWindow.SHORTEST || millis > TimeWindow.LONGEST) {
            throw call.refuse(
                    "E206",
                    argument,
                    "a window of " + written + " (expected from 1s to 24h)",
                    millis < TimeWindow.SHORTEST ? "write " + example : "what happened earlier is not kept");
        }
        return millis;
    }

    /** How an expression gives samples, with the name of that reading in the history's identity. */
    record Sampled(String view, HistoryDefinition.Sample sample) {

        private static final NumberExpression NO_NUMBER = frame -> Double.NaN;
        private static final BooleanExpression NO_FLAG = frame -> BooleanExpression.UNKNOWN;
        private static final TextExpression NO_TEXT = frame -> null;

        private static Sampled numbers(String view, NumberExpression number) {
            return new Sampled(view, new HistoryDefinition.Sample(number, NO_FLAG, NO_TEXT));
        }

        static Sampled numbers(Term term) {
            return numbers("", term.number());
        }

        /** True is 1, false is 0. */
        static Sampled flags(Term term) {
            BooleanExpression flag = term.flag();
            return numbers("flag ", frame -> asNumber(flag.test(frame)));
        }

        private static double asNumber(int flag) {
            return flag == BooleanExpression.UNKNOWN ? Double.NaN : flag;
        }

        /** 1 for each value, but 0 for one that is false. */
        static Sampled counted(Term term) {
            BooleanExpression flag = term.flag();
            BooleanExpression present = term.present();
            return numbers("counted ", frame -> {
                int known = flag.test(frame);
                return known != BooleanExpression.UNKNOWN
                        ? known
                        : present.test(frame) == BooleanExpression.TRUE ? 1 : Double.NaN;
            });
        }

        /** A number that differs when the value does; a text by its hash. */
        static Sampled distinct(Term term, Kind kind) {
            NumberExpression number = term.number();
            BooleanExpression flag = term.flag();
            TextExpression text = term.text();
            return switch (kind) {
                case NUMBER -> numbers(term);
                case BOOL -> flags(term);
                default ->
                    numbers("distinct ", frame -> {
                        double found = number.num(frame);
                        if (!Double.isNaN(found)) {
                            return found;
                        }
                        int known = flag.test(frame);
                        if (known != BooleanExpression.UNKNOWN) {
                            return known;
                        }
                        String words = text.text(frame);
                        return words == null ? Double.NaN : 2 + words.hashCode() * (double) (1L << 20) + words.length();
                    });
            };
        }

        static Sampled any(Term term) {
            return new Sampled("", new HistoryDefinition.Sample(term.number(), term.flag(), term.text()));
        }

        static Sampled truth(Term term) {
            return new Sampled("", new HistoryDefinition.Sample(NO_NUMBER, term.flag(), NO_TEXT));
        }
    }
}
