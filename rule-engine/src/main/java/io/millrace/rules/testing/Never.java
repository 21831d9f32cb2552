package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Phase;
import java.util.Optional;

/** Looks for the first time at which something came true that never must. Pure. */
final class Never {

    private final History history;

    Never(History history) {
        this.history = history;
    }

    /** What happened although it must not; a rule or an alert alone must never fire. */
    Optional<String> happened(Expectation unwanted) {
        if (unwanted.at().isPresent()) {
            long at = unwanted.at().get();
            return new Comparison(history).difference(unwanted, at).isEmpty()
                    ? Optional.of("expected never " + unwanted.what() + ", but so it is")
                    : Optional.empty();
        }
        return output(unwanted)
                .or(() -> state(unwanted))
                .or(() -> outcome(unwanted))
                .map(found -> "expected never " + unwanted.what() + ", got " + found);
    }

    private Optional<String> output(Expectation unwanted) {
        Phase state = unwanted.state().orElse(Phase.FIRING);
        boolean ofState = unwanted.outcome().isEmpty() && unwanted.sent().isEmpty();
        return history.outputs.stream()
                .filter(output -> Outputs.names(unwanted, output))
                .filter(output -> !(output.emission() instanceof io.millrace.rules.evaluation.Emission.Alert alert)
                        || ofState && Outputs.phase(alert.event()) == state)
                .findFirst()
                .map(output -> Outputs.text(output.emission()) + " at " + Times.text(output.at()));
    }

    private Optional<String> state(Expectation unwanted) {
        boolean ofState = unwanted.outcome().isEmpty()
                && unwanted.sent().isEmpty()
                && unwanted.published().isEmpty()
                && !unwanted.looksAtEvent();
        Phase state = unwanted.state().orElse(Phase.FIRING);
        return history.moves.stream()
                .filter(move -> ofState
                        && move.to() == state
                        && move.device().equals(unwanted.device())
                        && unwanted.target()
                                .flatMap(Expectation.Target::rule)
                                .map(move.rule()::equals)
                                .orElse(false))
                .findFirst()
                .map(move -> state.text() + " on " + move.device() + " at " + Times.text(move.at()));
    }

    private Optional<String> outcome(Expectation unwanted) {
        return history.actions.stream()
                .filter(acted -> unwanted.outcome().map(acted.outcome()::equals).orElse(false)
                        && acted.device().equals(unwanted.device())
                        && unwanted.target()
                                .flatMap(Expectation.Target::rule)
                                .map(acted.rule()::equals)
                                .orElse(false))
                .findFirst()
                .map(acted -> acted.outcome().text() + " at " + Times.text(acted.at()));
    }
}
