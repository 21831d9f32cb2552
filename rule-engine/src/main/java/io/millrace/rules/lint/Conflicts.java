package io.millrace.rules.lint;

import io.millrace.rules.lint.Effects.Effect;
import io.millrace.rules.model.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** W302: two rules that drive one field of a device to different values, with no {@code target} in common that would let one of them win. */
final class Conflicts implements Suspicion {

    private record Driver(Rule rule, Effect effect) {}

    @Override
    public void look(Suspects suspects, Warnings warnings) {
        Map<String, List<Driver>> drivers = new HashMap<>();
        for (Rule rule : suspects.rules()) {
            if (!rule.operation().enabled()) {
                continue;
            }
            Set<Rule> told = new HashSet<>();
            new TreeMap<>(Effects.of(rule, suspects.sets()).byField()).forEach((field, effects) -> {
                List<Driver> earlier = drivers.computeIfAbsent(field, any -> new ArrayList<>());
                contradiction(field, effects, earlier, rule).ifPresent(pair -> {
                    boolean loop = warnings.isInLoop(rule) && warnings.isInLoop(pair[1].rule());
                    if (!loop && told.add(rule)) {
                        report(field, pair[0], pair[1], warnings);
                    }
                });
                effects.forEach(effect -> earlier.add(new Driver(rule, effect)));
            });
        }
    }

    private static Optional<Driver[]> contradiction(
            String field, List<Effect> effects, List<Driver> earlier, Rule rule) {
        for (Driver other : earlier) {
            for (Effect effect : effects) {
                boolean differs = !Objects.equals(
                        other.effect().sets().get(field), effect.sets().get(field));
                if (differs
                        && !shareTarget(rule, other.rule())
                        && !Apart.are(rule.devices(), other.rule().devices())) {
                    return Optional.of(new Driver[] {new Driver(rule, effect), other});
                }
            }
        }
        return Optional.empty();
    }

    private static boolean shareTarget(Rule one, Rule other) {
        Optional<String> target = one.conduct().target();
        return target.isPresent() && target.equals(other.conduct().target());
    }

    private static void report(String field, Driver late, Driver early, Warnings warnings) {
        warnings.add(
                "W302",
                late.rule(),
                "send",
                "%s -> %s -> %s against %s -> %s -> %s"
                        .formatted(
                                late.rule().id().name(),
                                late.effect().command(),
                                late.effect().text(),
                                early.rule().id().name(),
                                early.effect().command(),
                                early.effect().text()),
                "give both rules one `target`, such as `target: " + field + "`: then the higher `priority` wins");
    }
}
