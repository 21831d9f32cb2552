package io.millrace.rules.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Bounds;
import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.model.Action;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the actions of a wish that nothing withholds: commands, publications, events, lines in the log. Ids are hashes of rule,
 * device and cause, so the same transition on a replay gives the same records. Runs on transitions only and may allocate.
 */
final class ActionRunner {

    private static final Logger log = LoggerFactory.getLogger("io.millrace.rules.action");

    private final String revision;
    private final Set<String> publishTopics;
    private final Tally tally;
    private final Frame frame;
    private final AlertTeller alerts;
    private final Governor governor;
    private final Outlet outlet;

    ActionRunner(
            String revision,
            Set<String> publishTopics,
            Tally tally,
            Frame frame,
            AlertTeller alerts,
            Governor governor,
            Outlet outlet) {
        this.revision = revision;
        this.publishTopics = Set.copyOf(publishTopics);
        this.tally = tally;
        this.frame = frame;
        this.alerts = alerts;
        this.governor = governor;
        this.outlet = outlet;
    }

    /**
     * @param phase of the episode: part of the ids
     * @return whether any of them did its part; true if there are none
     */
    boolean run(List<Action> actions, String phase, Wish wish) {
        boolean done = actions.isEmpty();
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            Optional<Condition> onlyIf = action.onlyIf();
            Outcome outcome = onlyIf.isPresent() && onlyIf.get().test(frame) != BooleanExpression.TRUE
                    ? Outcome.SKIPPED
                    : run(action, phase + "/" + i, wish);
            outcome = outcome == Outcome.SENT && wish.rule.dryRun ? Outcome.DRY_RUN : outcome;
            tally.acted(wish.rule, action.kind(), outcome);
            if (outcome != Outcome.SENT && outcome != Outcome.DRY_RUN || action.kind() != Action.Kind.SEND) {
                wish.note(action.kind().text(), outcome.text());
            }
            done |= outcome.isDone();
        }
        return done;
    }

    private Outcome run(Action action, String place, Wish wish) {
        Optional<Outcome> withheld = wish.ends() ? Optional.empty() : governor.withheld(wish);
        if (withheld.isPresent()) {
            return withheld.get();
        }
        if (action instanceof Action.Send send) {
            return send(send, place, wish);
        }
        if (action instanceof Action.Publish publish) {
            return publish(publish, wish);
        }
        if (action instanceof Action.NamedAlert named) {
            alerts.raise(named, wish);
            return Outcome.SENT;
        }
        if (action instanceof Action.Log line) {
            Optional<String> text = line.text().render(frame);
            text.filter(found -> !wish.rule.dryRun).ifPresent(found -> log.atInfo()
                    .addKeyValue("rule", wish.rule.id())
                    .addKeyValue("deviceId", wish.device.id())
                    .log(found));
            return text.isPresent() ? Outcome.SENT : Outcome.TEMPLATE_MISSING;
        }
        throw new IllegalStateException("unknown action " + action);
    }

    private Outcome send(Action.Send send, String place, Wish wish) {
        DeviceState device = wish.device;
        Optional<String> payload = send.payload().render(frame);
        Optional<String> to =
                send.to().isEmpty() ? Optional.of(device.id()) : send.to().get().render(frame);
        if (payload.isEmpty() || to.isEmpty()) {
            return Outcome.TEMPLATE_MISSING;
        }
        if (!DeviceId.isValid(to.get()) || payload.get().length() > Bounds.PAYLOAD) {
            return Outcome.REFUSED;
        }
        String cause = wish.moment.cause();
        String ruleName = wish.rule.id().toString();
        String id = Hashes.id(ruleName, device.id(), cause, place, Integer.toString(wish.instance.repeats));
        Instant now = Instant.ofEpochMilli(wish.moment.now());
        CommandRequest request = new CommandRequest(
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
                wish.instance.chain,
                now,
                now.plus(send.expires()));
        if (!wish.ends() && Confirmations.isDuplicate(device, request)) {
            return Outcome.DUPLICATE;
        }
        Optional<Outcome> withheld = wish.ends() ? governor.admitEnd(wish) : governor.admit(wish);
        if (withheld.isPresent()) {
            return withheld.get();
        }
        outlet.emit(device, wish.rule.asRun(new Emission.Command(request)));
        String sent = wish.rule.dryRun ? Outcome.DRY_RUN.text() : Outcome.SENT.text();
        wish.note(payload.get(), sent + (to.get().equals(device.id()) ? "" : " to " + to.get()));
        if (!wish.rule.dryRun) {
            Confirmations.sent(wish, request);
        }
        return Outcome.SENT;
    }

    /** A command once more, as it was. Empty if a limit withholds it. */
    Optional<CommandRequest> again(CommandRequest first, int attempt, Wish wish) {
        Optional<Outcome> withheld = governor.admit(wish);
        tally.acted(wish.rule, Action.Kind.SEND, withheld.orElse(Outcome.SENT));
        if (withheld.isPresent()) {
            return Optional.empty();
        }
        Instant now = Instant.ofEpochMilli(wish.moment.now());
        CommandRequest request = new CommandRequest(
                Hashes.id(first.commandId(), Integer.toString(attempt)),
                first.deviceId(),
                first.payload(),
                first.contentType(),
                first.origin(),
                first.rule(),
                Optional.of(revision),
                Optional.of(wish.moment.cause()),
                Optional.empty(),
                first.qos(),
                first.chain(),
                attempt,
                now,
                now.plus(Duration.between(first.createdAt(), first.expiresAt())));
        outlet.emit(wish.device, new Emission.Command(request));
        wish.note(new String(first.payload(), UTF_8), "sent again, retry " + attempt);
        return Optional.of(request);
    }

    private Outcome publish(Action.Publish publish, Wish wish) {
        if (!publishTopics.contains(publish.topic())) {
            return Outcome.REFUSED;
        }
        Optional<String> value = publish.value().render(frame);
        if (value.isPresent() && value.get().length() > Bounds.PAYLOAD) {
            return Outcome.REFUSED;
        }
        value.ifPresent(text -> outlet.emit(
                wish.device,
                wish.rule.asRun(new Emission.Publication(publish.topic(), wish.device.id(), text, wish.moment.now()))));
        return value.isPresent() ? Outcome.SENT : Outcome.TEMPLATE_MISSING;
    }
}
