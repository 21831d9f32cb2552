package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Occasion;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.expression.Template;
import io.millrace.rules.model.Action;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a transition into commands, alert events and publications. Ids and fingerprints are hashes of rule, device and cause, so
 * the same transition on a replay gives the same records. Runs on transitions only and may allocate.
 */
final class ActionRunner {

    private static final Logger log = LoggerFactory.getLogger("io.millrace.rules.action");

    private final String revision;
    private final Set<String> publishTopics;
    private final Tally tally;
    private final Outlet outlet;

    ActionRunner(String revision, Set<String> publishTopics, Tally tally, Outlet outlet) {
        this.revision = revision;
        this.publishTopics = Set.copyOf(publishTopics);
        this.tally = tally;
        this.outlet = outlet;
    }

    /** Binds the extra names of templates; to be called before anything is rendered. */
    void occasion(ActiveRule rule, DeviceState device, Instance instance, Frame frame, Moment moment) {
        frame.freshSince(moment.now() - rule.staleAfter);
        boolean firing = instance.startsAt != Instance.NEVER;
        Optional<Object> value = rule.expr == null
                ? Optional.empty()
                : Optional.ofNullable(rule.expr.value().value(frame));
        frame.occasion(new Occasion(
                rule.id().name(),
                revision,
                value,
                Optional.empty(),
                firing ? Optional.of(Instant.ofEpochMilli(instance.startsAt)) : Optional.empty(),
                firing ? Optional.of(Duration.ofMillis(moment.now() - instance.startsAt)) : Optional.empty(),
                device.lastSeen == DeviceState.NEVER
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(device.lastSeen))));
    }

    /** Firing actions: counts what withholds them, else runs them. */
    void fire(ActiveRule rule, DeviceState device, Instance instance, Frame frame, Moment moment) {
        List<Action> actions = rule.rule.onFiring();
        if (rule.rule.operation().dryRun()) {
            tally.acted(rule, Outcome.DRY_RUN, actions.size());
        } else if (instance.lastActed != Instance.NEVER && moment.now() - instance.lastActed < rule.cooldown) {
            tally.acted(rule, Outcome.COOLDOWN, actions.size());
        } else if (moment.dataTime() < moment.now() - rule.maxAge) {
            tally.acted(rule, Outcome.STALE, actions.size());
        } else {
            if (rule.cooldown > 0) {
                instance.lastActed = moment.now();
            }
            instance.acted = true;
            run(actions, "firing", rule, device, instance, frame, moment);
        }
    }

    /** The actions of the end, if those of the beginning ran. */
    void resolve(ActiveRule rule, DeviceState device, Instance instance, Frame frame, Moment moment) {
        List<Action> actions = rule.rule.onResolved();
        if (rule.rule.operation().dryRun()) {
            tally.acted(rule, Outcome.DRY_RUN, actions.size());
        } else if (instance.acted) {
            run(actions, "resolved", rule, device, instance, frame, moment);
        }
    }

    private void run(
            List<Action> actions,
            String phase,
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Frame frame,
            Moment moment) {
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            Optional<Condition> onlyIf = action.onlyIf();
            Outcome outcome = onlyIf.isPresent() && onlyIf.get().test(frame) != BooleanExpression.TRUE
                    ? Outcome.SKIPPED
                    : run(action, phase + "/" + i, rule, device, instance, frame, moment);
            tally.acted(rule, outcome, 1);
        }
    }

    private Outcome run(
            Action action,
            String place,
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Frame frame,
            Moment moment) {
        if (action instanceof Action.Send send) {
            return send(send, place, rule, device, instance, frame, moment);
        }
        if (action instanceof Action.Publish publish) {
            return publish(publish, device, frame, moment);
        }
        if (action instanceof Action.NamedAlert named) {
            Map<String, String> labels = labels(rule, named.name(), device, named.labels(), frame);
            instance.raise(new Instance.Raised(named.name(), labels));
            alert(
                    rule,
                    device,
                    named.name(),
                    AlertEvent.State.FIRING,
                    labels,
                    render(rule, named.annotations(), frame),
                    instance,
                    Optional.empty(),
                    moment,
                    frame);
            return Outcome.SENT;
        }
        if (action instanceof Action.Log line) {
            Optional<String> text = line.text().render(frame);
            text.ifPresent(found -> log.atInfo()
                    .addKeyValue("rule", rule.id())
                    .addKeyValue("deviceId", device.id())
                    .log(found));
            return text.isPresent() ? Outcome.SENT : Outcome.TEMPLATE_MISSING;
        }
        throw new IllegalStateException("unknown action " + action);
    }

    private Outcome send(
            Action.Send send,
            String place,
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Frame frame,
            Moment moment) {
        Optional<String> payload = send.payload().render(frame);
        Optional<String> to =
                send.to().isEmpty() ? Optional.of(device.id()) : send.to().get().render(frame);
        if (payload.isEmpty() || to.isEmpty()) {
            return Outcome.TEMPLATE_MISSING;
        }
        if (!DeviceId.isValid(to.get())) {
            return Outcome.REFUSED;
        }
        String cause = moment.cause();
        String ruleName = rule.id().toString();
        String id = Hashes.id(ruleName, device.id(), cause, place, Integer.toString(instance.repeats));
        Instant now = Instant.ofEpochMilli(moment.now());
        outlet.emit(
                device,
                new Emission.Command(new CommandRequest(
                        id,
                        new DeviceId(to.get()),
                        payload.get().getBytes(UTF_8),
                        send.payload() instanceof Payload.Json ? Optional.of("application/json") : Optional.empty(),
                        CommandRequest.Origin.RULE,
                        Optional.of(ruleName),
                        Optional.of(revision),
                        Optional.of(cause),
                        Optional.empty(),
                        send.qos(),
                        0,
                        now,
                        now.plus(send.expires()))));
        return Outcome.SENT;
    }

    private Outcome publish(Action.Publish publish, DeviceState device, Frame frame, Moment moment) {
        if (!publishTopics.contains(publish.topic())) {
            return Outcome.REFUSED;
        }
        Optional<String> value = publish.value().render(frame);
        value.ifPresent(text ->
                outlet.emit(device, new Emission.Publication(publish.topic(), device.id(), text, moment.now())));
        return value.isPresent() ? Outcome.SENT : Outcome.TEMPLATE_MISSING;
    }

    /** The rule's own firing event, and its repeats; the labels of the first one are kept for the last. */
    void alertFiring(ActiveRule rule, DeviceState device, Instance instance, Frame frame, Moment moment) {
        if (!rule.alert || rule.rule.operation().dryRun()) {
            return;
        }
        if (instance.labels.isEmpty()) {
            instance.labels = labels(rule, rule.id().name(), device, rule.rule.labels(), frame);
        }
        alert(
                rule,
                device,
                rule.id().name(),
                AlertEvent.State.FIRING,
                instance.labels,
                render(rule, rule.rule.annotations(), frame),
                instance,
                Optional.empty(),
                moment,
                frame);
    }

    /** The other half of each firing event of this episode, those raised by actions included. */
    void alertResolved(
            ActiveRule rule,
            DeviceState device,
            Instance instance,
            Optional<String> reason,
            Frame frame,
            Moment moment) {
        if (!instance.labels.isEmpty()) {
            alert(
                    rule,
                    device,
                    rule.id().name(),
                    AlertEvent.State.RESOLVED,
                    instance.labels,
                    render(rule, rule.rule.annotations(), frame),
                    instance,
                    reason,
                    moment,
                    frame);
        }
        for (Instance.Raised raised : instance.raised) {
            alert(
                    rule,
                    device,
                    raised.name(),
                    AlertEvent.State.RESOLVED,
                    raised.labels(),
                    Map.of(),
                    instance,
                    reason,
                    moment,
                    frame);
        }
    }

    private void alert(
            ActiveRule rule,
            DeviceState device,
            String name,
            AlertEvent.State state,
            Map<String, String> labels,
            Map<String, String> annotations,
            Instance instance,
            Optional<String> reason,
            Moment moment,
            Frame frame) {
        Occasion occasion = frame.occasion();
        Optional<Object> value = occasion == null ? Optional.empty() : occasion.value();
        outlet.emit(
                device,
                new Emission.Alert(AlertEvents.event(
                        rule.id(),
                        revision,
                        device.id(),
                        name,
                        state,
                        labels,
                        annotations,
                        instance.startsAt,
                        value.filter(Double.class::isInstance).map(Double.class::cast),
                        reason,
                        moment.dataTime() < moment.now() - rule.maxAge,
                        moment)));
    }

    private Map<String, String> labels(
            ActiveRule rule, String name, DeviceState device, Map<String, Template> templates, Frame frame) {
        Map<String, String> labels = new LinkedHashMap<>(render(rule, templates, frame));
        labels.put("alertname", name);
        labels.put("device", device.id());
        return labels;
    }

    /** A text over a missing value is left out: an alert must be told even so. */
    private Map<String, String> render(ActiveRule rule, Map<String, Template> templates, Frame frame) {
        Map<String, String> texts = new LinkedHashMap<>();
        templates.forEach((name, template) -> {
            Optional<String> text = template.render(frame);
            text.ifPresent(found -> texts.put(name, found));
            if (text.isEmpty()) {
                tally.acted(rule, Outcome.TEMPLATE_MISSING, 1);
            }
        });
        return texts;
    }
}
