package io.millrace.rules.engine;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.rules.distribution.RulesInForce;
import io.millrace.rules.evaluation.Controls;
import io.millrace.rules.explain.Told;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.RuleSetRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code GET /rules} of the ops port says: the set in force, and of each of its rules what the meters have. Any thread. */
final class RulesPage {

    private final String instance;
    private final RulesInForce rules;
    private final Controls controls;
    private final MeterRegistry meters;
    private final RuleEngineMetrics metrics;
    private final Progress progress;
    private final InstantSource clock;

    RulesPage(
            String instance,
            RulesInForce rules,
            Controls controls,
            MeterRegistry meters,
            RuleEngineMetrics metrics,
            Progress progress,
            InstantSource clock) {
        this.instance = instance;
        this.rules = rules;
        this.controls = controls;
        this.meters = meters;
        this.metrics = metrics;
        this.progress = progress;
        this.clock = clock;
    }

    RuleEngineStatus status() {
        Optional<RuleSetRecord> published = rules.published();
        return new RuleEngineStatus(
                instance,
                rules.current().revision(),
                published.map(RuleSetRecord::at),
                published.map(RuleSetRecord::by),
                rules.isUpToDate(),
                rules.problems(),
                progress.partitions(),
                rules.current().rules().stream().map(this::rule).toList());
    }

    private RuleEngineStatus.Rule rule(Rule rule) {
        RuleId id = rule.id();
        return new RuleEngineStatus.Rule(
                id.group(),
                id.name(),
                rule.kind().name().toLowerCase(Locale.ROOT),
                rule.position().file(),
                rule.position().line(),
                numbers("rules.instances", id, "state"),
                numbers("rules.evaluations", id, "result"),
                numbers("rules.transitions", id, "to"),
                numbers("rules.actions", id, "outcome"),
                lastFired(id),
                metrics.lastError(id).map(Told::error),
                controls.mute(id, clock.instant()).map(RulesPage::mute),
                progress.holding(id));
    }

    private static RuleEngineStatus.Mute mute(Controls.Word word) {
        return new RuleEngineStatus.Mute(
                Instant.ofEpochMilli(word.until()),
                word.said().by(),
                word.said().reason());
    }

    /** By the values of that tag. */
    private Map<String, Long> numbers(String meter, RuleId rule, String tag) {
        Map<String, Long> numbers = new TreeMap<>();
        for (Meter one : meters.find(meter)
                .tags("group", rule.group(), "rule", rule.name())
                .meters()) {
            numbers.merge(String.valueOf(one.getId().getTag(tag)), (long) value(one), Long::sum);
        }
        return numbers;
    }

    private Optional<Instant> lastFired(RuleId rule) {
        return meters
                .find("rules.last.fired.timestamp")
                .tags("group", rule.group(), "rule", rule.name())
                .meters()
                .stream()
                .map(RulesPage::value)
                .filter(seconds -> seconds > 0)
                .map(seconds -> Instant.ofEpochMilli((long) (seconds * 1000)))
                .findFirst();
    }

    private static double value(Meter meter) {
        return meter.measure().iterator().next().getValue();
    }
}
