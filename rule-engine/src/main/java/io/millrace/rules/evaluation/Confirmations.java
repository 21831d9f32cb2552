package io.millrace.rules.evaluation;

import io.millrace.rules.expression.BooleanExpression;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Confirm;
import io.millrace.schemas.CommandRequest;
import java.util.Optional;

/**
 * The closed loop: waits for telemetry to show what commands were to bring about, sends them again, gives up. Of its task's thread.
 */
final class Confirmations {

    private final Tally tally;
    private final Frame frame;
    private final Deadlines deadlines;
    private final ActionRunner actions;

    Confirmations(Tally tally, Frame frame, Deadlines deadlines, ActionRunner actions) {
        this.tally = tally;
        this.frame = frame;
        this.deadlines = deadlines;
        this.actions = actions;
    }

    /** Firing actions are about to run: their commands are to be remembered if somebody waits for their effect. */
    static void prepare(Wish wish) {
        ActiveRule rule = wish.rule;
        if (rule.confirm != null && !rule.dryRun) {
            long dueAt = wish.moment.now() + rule.confirm.within().toMillis();
            wish.confirmation = new Confirmation(wish.device.lastSeen, 0, dueAt);
        }
    }

    /** They have run: what they sent is awaited, instead of what was before. */
    void await(Wish wish) {
        Confirmation begun = wish.confirmation;
        if (begun != null && !begun.sendings.isEmpty()) {
            wish.instance.confirmation = begun;
            wish.device.awaits = true;
            deadlines.atLatest(wish.device, begun.dueAt);
        }
    }

    /** Whether the same is on its way already, nothing else was sent to that device since, and its effect is awaited. */
    static boolean isDuplicate(DeviceState device, CommandRequest wanted) {
        return device.awaits
                && device.confirmations()
                        .flatMap(waiting -> waiting.sendings.stream())
                        .anyMatch(sending -> !sending.superseded
                                && sending.isSame(wanted)
                                && wanted.createdAt().toEpochMilli() < sending.expiresAt);
    }

    /** A command has left. */
    static void sent(Wish wish, CommandRequest request) {
        DeviceState device = wish.device;
        if (device.awaits) {
            device.confirmations()
                    .flatMap(waiting -> waiting.sendings.stream())
                    .filter(sending -> sending.request.deviceId().equals(request.deviceId()))
                    .forEach(sending -> sending.superseded = true);
        }
        Confirmation begun = wish.confirmation;
        if (begun != null) {
            begun.sendings.stream()
                    .filter(sending -> sending.request.deviceId().equals(request.deviceId()))
                    .forEach(sending -> sending.superseded = true);
            long expiresAt = request.expiresAt().toEpochMilli();
            begun.sendings.add(new Confirmation.Sending(request, expiresAt, false));
            passOn(wish, begun, request);
        }
    }

    /** What the device says next may come of the command: an episode that begins with it carries on the chain. */
    private static void passOn(Wish wish, Confirmation begun, CommandRequest request) {
        if (request.deviceId().value().equals(wish.device.id())) {
            wish.device.sent().carry(request.chain(), wish.moment.now(), begun.dueAt);
        }
    }

    /** A message has come: what it shows is confirmed. The frame is bound to it. */
    void heard(DeviceState device, Moment moment) {
        boolean awaits = false;
        for (int at = 0; at < device.instances.size(); at++) {
            Instance instance = device.instances.at(at);
            if (instance.confirmation == null) {
                continue;
            }
            ActiveRule rule = device.plan.rule(device.instances.place(at));
            frame.freshSince(Math.max(moment.now() - rule.staleAfter, instance.confirmation.after + 1));
            if (rule.confirm != null && rule.confirm.expr().test(frame) == BooleanExpression.TRUE) {
                tally.confirmed(rule, Confirmation.Outcome.CONFIRMED);
                device.chronicle().acted(rule.id(), "confirm", after(instance.confirmation, moment), moment);
                instance.confirmation = null;
            } else {
                awaits = true;
            }
        }
        device.awaits = awaits;
    }

    private static String after(Confirmation waiting, Moment moment) {
        long sent = waiting.sendings.stream()
                .mapToLong(sending -> sending.request.createdAt().toEpochMilli())
                .max()
                .orElse(moment.now());
        return "confirmed after " + (moment.now() - sent) / 1000.0 + " s";
    }

    /** Nothing has shown in time: once more, or never. Nothing more of it if the rule does not ask for it any longer. */
    void followUp(Wish wish, Optional<Outcome> withheld) {
        Confirmation waiting = wish.instance.confirmation;
        Confirm confirm = wish.rule.confirm;
        if (waiting == null || confirm == null) {
            wish.instance.confirmation = null;
        } else if (waiting.attempt >= confirm.retries()) {
            fail(wish, confirm, withheld);
        } else if (withheld.isPresent() && withheld.get() == Outcome.OUTRANKED) {
            waiting.sendings.forEach(sending -> tally.acted(wish.rule, Action.Kind.SEND, Outcome.OUTRANKED));
            wish.instance.confirmation = null;
        } else {
            retry(wish, confirm, waiting, withheld);
        }
    }

    private void retry(Wish wish, Confirm confirm, Confirmation waiting, Optional<Outcome> withheld) {
        waiting.attempt++;
        waiting.after = wish.device.lastSeen;
        waiting.dueAt = wish.moment.now() + confirm.within().toMillis();
        deadlines.atLatest(wish.device, waiting.dueAt);
        if (withheld.isPresent()) {
            waiting.sendings.forEach(sending -> tally.acted(wish.rule, Action.Kind.SEND, withheld.get()));
            return;
        }
        tally.confirmed(wish.rule, Confirmation.Outcome.RETRIED);
        for (Confirmation.Sending sending : waiting.sendings) {
            Optional<CommandRequest> again = actions.again(sending.request, waiting.attempt, wish);
            again.ifPresent(request -> {
                sent(wish, request);
                sending.superseded = false;
                sending.expiresAt = request.expiresAt().toEpochMilli();
                passOn(wish, waiting, request);
            });
        }
    }

    private void fail(Wish wish, Confirm confirm, Optional<Outcome> withheld) {
        wish.instance.confirmation = null;
        tally.confirmed(wish.rule, Confirmation.Outcome.FAILED);
        wish.note("confirm", "failed");
        if (withheld.isPresent()) {
            tally.acted(wish.rule, confirm.onFailure(), withheld.get());
        } else {
            var unused = actions.run(confirm.onFailure(), "failure", wish);
        }
    }
}
