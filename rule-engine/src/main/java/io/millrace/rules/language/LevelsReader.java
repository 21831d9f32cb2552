package io.millrace.rules.language;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.model.Level;
import io.millrace.rules.model.Level.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code levels}: the severities of one alert, each with a condition of its own. */
final class LevelsReader {

    static final Set<String> WORDS = Set.of("expr", "resolve_expr", "for", "keep_firing_for");
    static final Set<String> NAMES = Set.of(Severity.INFO.text(), Severity.WARNING.text(), Severity.CRITICAL.text());
    private static final Set<String> TIMING = Set.of("for", "keep_firing_for");
    /** Words that say of the one condition what each level says of its own. */
    static final Set<String> EXCLUDED = Set.of("expr", "resolve_expr", "absent_for", "for_samples");

    private final Reading reading;

    LevelsReader(Reading reading) {
        this.reading = reading;
    }

    /** {@code holdFor} and {@code keepFiringFor} are the rule's: they hold for levels that say nothing of it. */
    List<Level> read(Entries.Entry entry, Duration holdFor, Duration keepFiringFor) {
        Entries levels = reading.entries(entry.value(), entry.subject(), "`levels`", NAMES, Set.of());
        if (entry.value() instanceof MappingNode map && map.getValue().isEmpty()) {
            reading.error(entry, "E107", "`levels` without a level", "for example warning: {expr: temperature > 30}");
        }
        List<Level> found = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            levels.get(severity.text())
                    .flatMap(level -> read(level, severity, holdFor, keepFiringFor))
                    .ifPresent(found::add);
        }
        return found;
    }

    private Optional<Level> read(Entries.Entry level, Severity severity, Duration holdFor, Duration keepFiringFor) {
        Entries words = reading.entries(level.value(), level.subject(), "a level", WORDS, Set.of());
        if (!words.has("expr")
                && level.value() instanceof MappingNode map
                && map.getValue().size() == words.all().size()) {
            reading.error(level.key(), "E107", level.subject(), "a level without a condition", "add `expr:`");
        }
        Optional<Condition> expr = words.get("expr").flatMap(reading::condition);
        Optional<Condition> resolve = words.get("resolve_expr").flatMap(reading::condition);
        Duration hold = words.get("for").flatMap(reading::duration).orElse(holdFor);
        Duration keep = words.get("keep_firing_for").flatMap(reading::duration).orElse(keepFiringFor);
        return expr.map(condition -> new Level(severity, condition, resolve, hold, keep));
    }

    /** What the levels add to a rule's hashes: their durations to its timing, all else to its condition. */
    static void digest(Node levels, Digest condition, Digest timing) {
        if (!(levels instanceof MappingNode map)) {
            return;
        }
        for (NodeTuple level : map.getValue()) {
            condition.add(level.getKeyNode());
            timing.add(level.getKeyNode());
            if (level.getValueNode() instanceof MappingNode words) {
                for (NodeTuple word : words.getValue()) {
                    boolean lasts = word.getKeyNode() instanceof ScalarNode key && TIMING.contains(key.getValue());
                    Digest part = lasts ? timing : condition;
                    part.add(word.getKeyNode()).add(word.getValueNode());
                }
            }
        }
    }
}
