package io.millrace.rules.model;

import io.millrace.rules.expression.DeviceAttributes;
import io.millrace.rules.expression.Inputs;
import io.millrace.rules.expression.Slots;
import io.millrace.rules.expression.Template;
import io.millrace.rules.source.SourcePosition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One rule, complete with the defaults of its group and file.
 *
 * @param histories that any of its expressions reads, in texts too
 */
public record Rule(
        RuleId id,
        RuleKind kind,
        Trigger trigger,
        Timing timing,
        Selection devices,
        List<Action> onFiring,
        List<Action> onResolved,
        Map<String, Template> labels,
        Map<String, Template> annotations,
        Conduct conduct,
        Hours hours,
        Operation operation,
        Slots histories,
        Fingerprints fingerprints,
        SourcePosition position) {

    public Rule {
        onFiring = List.copyOf(onFiring);
        onResolved = List.copyOf(onResolved);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /** The same rule, conducted otherwise. */
    public Rule with(Conduct other) {
        return new Rule(
                id,
                kind,
                trigger,
                timing,
                devices,
                onFiring,
                onResolved,
                labels,
                annotations,
                other,
                hours,
                operation,
                histories,
                fingerprints,
                position);
    }

    /** Whether the rule is in force for that device: enabled, selected, and within the roll-out. */
    public boolean appliesTo(String deviceId, DeviceAttributes attributes) {
        return operation.enabled() && devices.matches(deviceId, attributes) && operation.reaches(deviceId);
    }

    /** Names of the alerts that its actions raise. */
    public Set<String> raises() {
        return Stream.concat(onFiring.stream(), onResolved.stream())
                .filter(Action.NamedAlert.class::isInstance)
                .map(action -> ((Action.NamedAlert) action).name())
                .collect(Collectors.toSet());
    }

    /** What decides whether the rule must be looked at again: the inputs of its conditions, not those of its texts. */
    public Inputs inputs() {
        return trigger.inputs();
    }
}
