package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Phase;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds an expectation against what happened by its time. Pure. */
final class Comparison {

    private final History history;

    Comparison(History history) {
        this.history = history;
    }

    /** {@code expected …, got …} for the first part that is not so; empty if all is. */
    Optional<String> difference(Expectation wanted, long at) {
        return state(wanted, at)
                .or(() -> event(wanted, at))
                .or(() -> outcome(wanted, at))
                .or(() -> sent(wanted, at))
                .or(() -> published(wanted, at));
    }

    private Optional<String> state(Expectation wanted, long at) {
        if (wanted.state().isEmpty()) {
            return Optional.empty();
        }
        Phase found = phase(wanted, at);
        Phase shown = found == Phase.CLOSING ? Phase.FIRING : found;
        return shown == wanted.state().get()
                ? Optional.empty()
                : Optional.of("expected %s to be %s on %s, is %s"
                        .formatted(
                                wanted.target().map(Object::toString).orElse(""),
                                wanted.state().get().text(),
                                wanted.device(),
                                shown.text()));
    }

    private Phase phase(Expectation wanted, long at) {
        Phase ofRule = history.phases.get(wanted);
        return ofRule != null ? ofRule : latest(wanted, at).map(Outputs::phase).orElse(Phase.INACTIVE);
    }

    private Optional<AlertEvent> latest(Expectation wanted, long at) {
        return history.alerts(at).stream()
                .filter(event -> Outputs.isAbout(wanted, event))
                .reduce((before, after) -> after);
    }

    private Optional<String> event(Expectation wanted, long at) {
        if (!wanted.looksAtEvent()) {
            return Optional.empty();
        }
        String name = wanted.target().map(Object::toString).orElse("");
        Optional<AlertEvent> event = latest(wanted, at);
        return event.isEmpty()
                ? Optional.of("expected an event of " + name + " on " + wanted.device() + ", got none")
                : Outputs.difference(wanted, event.get()).map(text -> "expected " + name + " with " + text);
    }

    private Optional<String> outcome(Expectation wanted, long at) {
        if (wanted.outcome().isEmpty()) {
            return Optional.empty();
        }
        List<String> found = history.actions.stream()
                .filter(acted -> acted.at() == at
                        && acted.device().equals(wanted.device())
                        && wanted.target()
                                .flatMap(Expectation.Target::rule)
                                .map(acted.rule()::equals)
                                .orElse(false))
                .map(acted -> acted.outcome().text())
                .toList();
        String expected = wanted.outcome().get().text();
        return found.contains(expected)
                ? Optional.empty()
                : Optional.of("expected an action of %s to be %s, got %s"
                        .formatted(
                                wanted.target().map(Object::toString).orElse(""),
                                expected,
                                found.isEmpty() ? "none" : String.join(", ", found)));
    }

    /** At exactly that time, at least these, in this order. */
    private Optional<String> sent(Expectation wanted, long at) {
        if (wanted.sent().isEmpty()) {
            return Optional.empty();
        }
        List<CommandRequest> found =
                commands(at).filter(command -> Outputs.isOf(wanted, command)).toList();
        int next = 0;
        for (Expectation.Sent one : wanted.sent()) {
            while (next < found.size() && !Outputs.matches(one, found.get(next))) {
                next++;
            }
            if (next++ >= found.size()) {
                return Optional.of("expected "
                        + wanted.sent().stream().map(Object::toString).collect(Collectors.joining(", then "))
                        + ", got " + listed(found) + elsewhere(one));
            }
        }
        return Optional.empty();
    }

    private Stream<CommandRequest> commands(long at) {
        return history.outputs.stream()
                .filter(output -> output.at() == at && output.emission() instanceof Emission.Command)
                .map(output -> ((Emission.Command) output.emission()).request());
    }

    private static String listed(List<CommandRequest> commands) {
        return commands.isEmpty()
                ? "nothing"
                : commands.stream()
                        .map(command -> Outputs.payload(command) + " to " + command.deviceId())
                        .collect(Collectors.joining(", then "));
    }

    /** When the missing one was sent instead. */
    private String elsewhere(Expectation.Sent missing) {
        String times = history.outputs.stream()
                .filter(output -> output.emission() instanceof Emission.Command command
                        && Outputs.matches(missing, command.request()))
                .map(output -> Times.text(output.at()))
                .limit(3)
                .collect(Collectors.joining(", "));
        return times.isEmpty() ? "" : " (" + missing.payload() + " was sent at " + times + ")";
    }

    private Optional<String> published(Expectation wanted, long at) {
        if (wanted.published().isEmpty()) {
            return Optional.empty();
        }
        List<History.Output> found = history.outputs.stream()
                .filter(output -> output.at() == at && output.emission() instanceof Emission.Publication)
                .toList();
        boolean there = found.stream()
                .anyMatch(
                        output -> Outputs.matches(wanted.published().get(), (Emission.Publication) output.emission()));
        String got = found.isEmpty()
                ? "nothing"
                : found.stream().map(output -> Outputs.text(output.emission())).collect(Collectors.joining(", "));
        return there
                ? Optional.empty()
                : Optional.of("expected " + wanted.published().get() + ", got " + got);
    }
}
