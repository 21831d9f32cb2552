package io.millrace.rules.language;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.NextChange;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.Timing;
import io.millrace.rules.model.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The words of a rule that say when it fires and when it ends. */
final class TriggerReader {

    private final Reading reading;

    TriggerReader(Reading reading) {
        this.reading = reading;
    }

    /** Empty if there is no condition that could be understood. {@code timing} holds for levels that say nothing of it. */
    Optional<Trigger> read(Entries all, Timing timing) {
        List<Level> levels = all.get("levels")
                .map(entry -> new LevelsReader(reading).read(entry, timing.holdFor(), timing.keepFiringFor()))
                .orElse(List.of());
        if (all.has("levels")) {
            all = all.without(LevelsReader.EXCLUDED);
        }
        Optional<Condition> expr = all.get("expr").flatMap(reading::condition);
        if (all.has("schedule") && !all.has("expr")) {
            expr = Optional.of(always(all.require("schedule")));
        }
        Optional<Condition> resolve = all.get("resolve_expr").flatMap(reading::condition);
        Optional<Duration> absentFor = all.get("absent_for").flatMap(reading::positive);
        var missing = all.get("missing")
                .flatMap(entry -> reading.word(
                        entry,
                        Map.of(
                                "hold",
                                Trigger.Missing.HOLD,
                                "false",
                                Trigger.Missing.FALSE,
                                "true",
                                Trigger.Missing.TRUE)))
                .orElse(Trigger.Missing.HOLD);
        var initial = all.get("initial")
                .flatMap(entry ->
                        reading.word(entry, Map.of("fire", Trigger.Initial.FIRE, "wait", Trigger.Initial.WAIT)))
                .orElse(Trigger.Initial.FIRE);
        return expr.isEmpty() && absentFor.isEmpty() && levels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Trigger(expr, resolve, absentFor, levels, missing, initial, mode(all)));
    }

    /** A schedule needs no condition. */
    private Condition always(Entries.Entry schedule) {
        return new Condition(
                frame -> BooleanExpression.TRUE,
                frame -> null,
                Inputs.NONE,
                NextChange.NEVER,
                List.of(),
                Optional.empty(),
                "true",
                reading.source().position(ScalarPassage.start(schedule.value())),
                Claim.OPAQUE);
    }

    private Trigger.Mode mode(Entries all) {
        return all.get("trigger")
                .flatMap(entry -> reading.word(entry, Map.of("edge", Trigger.Mode.EDGE, "level", Trigger.Mode.LEVEL)))
                .orElse(Trigger.Mode.EDGE);
    }
}
