package io.millrace.rules.lint;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Claim;
import io.millrace.rules.lint.Effects.Effect;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device that does at once what it is told, while nothing else changes: do its rules come to rest? Time plays no part, a rule
 * that holds for a minute only makes the loop slower.
 */
final class ClosedLoop {

    private static final int MOST_ROUNDS = 200;

    private final List<Actor> actors;
    private final boolean obedient;
    private final BitSet firing = new BitSet();
    private final Map<String, Object> values;
    private final List<Step> steps = new ArrayList<>();

    /** A rule sent a command. */
    record Step(Actor actor, Effect effect) {}

    private ClosedLoop(List<Actor> actors, Map<String, Object> start, boolean obedient) {
        this.actors = actors;
        this.values = new HashMap<>(start);
        this.obedient = obedient;
    }

    /** The steps that repeat for ever; empty if the rules come to rest, or would not do so without the commands either. */
    static Optional<List<Step>> find(List<Actor> actors, Map<String, Object> start) {
        return new ClosedLoop(actors, start, true)
                .run()
                .filter(loop -> new ClosedLoop(actors, start, false).run().isEmpty());
    }

    private Optional<List<Step>> run() {
        Map<List<Object>, Integer> seen = new HashMap<>();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Object> state = List.of(Map.copyOf(values), firing.clone());
            Integer before = seen.putIfAbsent(state, steps.size());
            if (before != null) {
                List<Step> repeated = steps.subList(before, steps.size());
                return repeated.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(repeated));
            }
            round();
        }
        return Optional.empty();
    }

    /** One message: what is true of it, and then what was sent for it. */
    private void round() {
        BitSet began = new BitSet();
        BitSet ended = new BitSet();
        for (int i = 0; i < actors.size(); i++) {
            int begin = actors.get(i).begin().test(values);
            Optional<Claim> end = actors.get(i).end();
            if (!firing.get(i)) {
                began.set(i, begin == BooleanExpression.TRUE);
            } else {
                boolean over = end.map(claim -> claim.test(values) == BooleanExpression.TRUE)
                        .orElse(begin == BooleanExpression.FALSE);
                ended.set(i, over);
            }
        }
        firing.or(began);
        firing.andNot(ended);
        for (int i = 0; i < actors.size(); i++) {
            Actor actor = actors.get(i);
            if (began.get(i) && !isOutranked(actor)) {
                send(actor, actor.effects().onFiring());
            }
            if (ended.get(i) && !isOutranked(actor)) {
                send(actor, actor.effects().onResolved());
            }
        }
    }

    private boolean isOutranked(Actor actor) {
        return firing.stream()
                .anyMatch(i -> actors.get(i) != actor && actors.get(i).outranks(actor));
    }

    private void send(Actor actor, List<Effect> effects) {
        for (Effect effect : effects) {
            steps.add(new Step(actor, effect));
            if (obedient) {
                values.putAll(effect.sets());
            }
        }
    }
}
