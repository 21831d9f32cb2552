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

/** All that the rules did in a test; times are milliseconds after its start. */
final class History {

    record Moved(long at, String device, RuleId rule, Phase from, Phase to) {}

    record Acted(long at, String device, RuleId rule, Outcome outcome) {}

    /** A command, an alert event or a publication. */
    record Output(long at, Emission emission) {

        static Output of(Emission emission, long start) {
            return new Output(time(emission) - start, emission);
        }

        private static long time(Emission emission) {
            if (emission instanceof Emission.Command command) {
                return command.request().createdAt().toEpochMilli();
            }
            if (emission instanceof Emission.Alert alert) {
                return alert.event().at().toEpochMilli();
            }
            if (emission instanceof Emission.Publication publication) {
                return publication.time();
            }
            throw new IllegalStateException("unknown emission " + emission);
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
