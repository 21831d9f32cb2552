package io.millrace.rules.evaluation;

import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.AlertEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells an episode as alert events, in pairs: the labels of the first are those of the last. Events that actions raised under
 * names of their own end with the episode. Runs on transitions only, with the frame bound to the wish.
 */
final class AlertTeller {

    private static final String TRIPPED = "RuleTripped";
    private static final String BRAKE = "FleetBrake";

    private final String revision;
    private final Tally tally;
    private final Frame frame;
    private final Outlet outlet;

    AlertTeller(String revision, Tally tally, Frame frame, Outlet outlet) {
        this.revision = revision;
        this.tally = tally;
        this.frame = frame;
        this.outlet = outlet;
    }

    /** The rule's own firing event, and its repeats. */
    void firing(Wish wish) {
        ActiveRule rule = wish.rule;
        if (!rule.alert) {
            return;
        }
        if (wish.instance.labels.isEmpty()) {
            wish.instance.labels = labels(wish, rule.id().name(), rule.rule.labels());
        }
        tell(
                wish,
                rule.id().name(),
                AlertEvent.State.FIRING,
                wish.instance.labels,
                render(rule, rule.rule.annotations()));
    }

    /** An action's event under a name of its own. */
    void raise(Action.NamedAlert named, Wish wish) {
        Map<String, String> labels = labels(wish, named.name(), named.labels());
        wish.instance.raise(new Instance.Raised(named.name(), labels));
        tell(wish, named.name(), AlertEvent.State.FIRING, labels, render(wish.rule, named.annotations()));
    }

    /** The other half of each firing event of the episode. */
    void resolved(Wish wish) {
        ActiveRule rule = wish.rule;
        if (!wish.instance.labels.isEmpty()) {
            tell(
                    wish,
                    rule.id().name(),
                    AlertEvent.State.RESOLVED,
                    wish.instance.labels,
                    render(rule, rule.rule.annotations()));
        }
        for (Instance.Raised raised : wish.instance.raised) {
            tell(wish, raised.name(), AlertEvent.State.RESOLVED, raised.labels(), Map.of());
        }
    }

    private void tell(
            Wish wish,
            String name,
            AlertEvent.State state,
            Map<String, String> labels,
            Map<String, String> annotations) {
        Moment moment = wish.moment;
        Optional<Object> value = wish.occasion.value();
        outlet.emit(
                wish.device,
                wish.rule.asRun(new Emission.Alert(AlertEvents.event(
                        wish.rule.id(),
                        revision,
                        wish.device.id(),
                        name,
                        state,
                        labels,
                        annotations,
                        wish.instance.startsAt,
                        value.filter(Double.class::isInstance).map(Double.class::cast),
                        wish.occasion.level(),
                        wish.reason,
                        moment.dataTime() < moment.now() - wish.rule.maxAge,
                        moment))));
    }

    /** An instance may not act until it has been quiet. */
    void tripped(Wish wish, String why) {
        warn(
                wish.rule,
                wish.device,
                TRIPPED,
                wish.rule.id() + " acts no more on " + wish.device.id() + " until 5m without an attempt: " + why,
                wish.moment);
    }

    void calmed(RuleId rule, boolean dryRun, DeviceState device, long since, Optional<String> reason, Moment moment) {
        settle(rule, dryRun, device, TRIPPED, since, reason, moment);
    }

    /** A rule may not act until it is released. */
    void braked(Wish wish, int most) {
        warn(
                wish.rule,
                wish.device,
                BRAKE,
                wish.rule.id() + " is held until it is released: it would act on more than " + most + " devices",
                wish.moment);
    }

    void released(RuleId rule, boolean dryRun, DeviceState device, long since, String reason, Moment moment) {
        settle(rule, dryRun, device, BRAKE, since, Optional.of(reason), moment);
    }

    private void warn(ActiveRule rule, DeviceState device, String name, String summary, Moment moment) {
        Emission alert = about(
                rule.id(),
                device,
                name,
                AlertEvent.State.FIRING,
                moment.now(),
                Map.of("summary", summary),
                Optional.empty(),
                moment);
        outlet.emit(device, rule.asRun(alert));
    }

    private void settle(
            RuleId rule,
            boolean dryRun,
            DeviceState device,
            String name,
            long since,
            Optional<String> reason,
            Moment moment) {
        Emission alert = about(rule, device, name, AlertEvent.State.RESOLVED, since, Map.of(), reason, moment);
        outlet.emit(device, dryRun ? new Emission.DryRun(alert) : alert);
    }

    /** An alert about a rule, not by it. */
    private Emission about(
            RuleId rule,
            DeviceState device,
            String name,
            AlertEvent.State state,
            long since,
            Map<String, String> annotations,
            Optional<String> reason,
            Moment moment) {
        Map<String, String> labels = Map.of("alertname", name, "device", device.id(), "rule", rule.toString());
        return new Emission.Alert(AlertEvents.event(
                rule,
                revision,
                device.id(),
                name,
                state,
                labels,
                annotations,
                since,
                Optional.empty(),
                Optional.empty(),
                reason,
                false,
                moment));
    }

    private Map<String, String> labels(Wish wish, String name, Map<String, Template> templates) {
        Map<String, String> labels = new LinkedHashMap<>(render(wish.rule, templates));
        labels.put("alertname", name);
        labels.put("device", wish.device.id());
        return labels;
    }

    /** A text over a missing value is left out: an alert must be told even so. */
    private Map<String, String> render(ActiveRule rule, Map<String, Template> templates) {
        Map<String, String> texts = new LinkedHashMap<>();
        templates.forEach((name, template) -> {
            Optional<String> text = template.render(frame);
            text.ifPresent(found -> texts.put(name, found));
            if (text.isEmpty()) {
                tally.acted(rule, Action.Kind.ALERT, Outcome.TEMPLATE_MISSING);
            }
        });
        return texts;
    }
}
