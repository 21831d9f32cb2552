package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.model.RuleId;
import io.millrace.schemas.AlertEvent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that the rules did in a test; times are milliseconds after its start. */
final class History {

    record Moved(long at, String device, RuleId rule, Phase from, Phase to) {}

    record Acted(long at, String device, RuleId rule, Outcome outcome) {}

    /** A command, an alert event or a publication. */
    record Output(long at, Emission emission) {

        /** Empty for what goes to nobody, as under {@code dry_run}: its outcome tells of it. */
        static Optional<Output> of(Emission emission, long start) {
            return time(emission).map(time -> new Output(time - start, emission));
        }

        private static Optional<Long> time(Emission emission) {
            if (emission instanceof Emission.Command command) {
                return Optional.of(command.request().createdAt().toEpochMilli());
            }
            if (emission instanceof Emission.Alert alert) {
                return Optional.of(alert.event().at().toEpochMilli());
            }
            if (emission instanceof Emission.Publication publication) {
                return Optional.of(publication.time());
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "at " + Times.text(at) + " " + Outputs.text(emission);
        }
    }

    final List<Moved> moves = new ArrayList<>();
    final List<Acted> actions = new ArrayList<>();
    final List<Output> outputs = new ArrayList<>();
    /** The state that each expectation with a time asks for. */
    final Map<Expectation, Phase> phases = new IdentityHashMap<>();

    /** Up to and with that time. */
    List<AlertEvent> alerts(long until) {
        return outputs.stream()
                .filter(output -> output.at() <= until)
                .map(Output::emission)
                .filter(Emission.Alert.class::isInstance)
                .map(emission -> ((Emission.Alert) emission).event())
                .toList();
    }
}
