package io.millrace.rules.testing;

import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.source.SourcePosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must be so at a time, everything due by then done; as an entry of {@code expect_never}, what must not; as an entry of
 * {@code expect_sequence}, one piece of output. What is not named is not compared.
 *
 * @param at milliseconds after the start
 * @param device of the state and the alert; commands without {@code to} go to it
 * @param state {@link Phase#FIRING} for a closing one too
 * @param sent payloads in this order
 */
record Expectation(
        SourcePosition position,
        Optional<Long> at,
        String device,
        Optional<Target> target,
        Optional<Phase> state,
        Optional<Double> value,
        Optional<String> level,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<Outcome> outcome,
        List<Sent> sent,
        Optional<Published> published) {

    Expectation {
        labels = new LinkedHashMap<>(labels);
        annotations = new LinkedHashMap<>(annotations);
        sent = List.copyOf(sent);
    }

    /**
     * A rule or an alert by name.
     *
     * @param word {@code rule} or {@code alert}
     * @param rule the rule whose state it is; empty for an alert that an action or the engine raises
     */
    record Target(String word, String name, Optional<RuleId> rule) {

        @Override
        public String toString() {
            return word + " " + name;
        }
    }

    /** A command, to that device. */
    record Sent(String to, Content payload) {

        @Override
        public String toString() {
            return "sent " + payload + " to " + to;
        }
    }

    /** A record on a topic of the rule's choice. */
    record Published(String topic, Optional<Content> value) {

        @Override
        public String toString() {
            return "published " + value.map(content -> content + " ").orElse("") + "on " + topic;
        }
    }

    /** Whether anything but state is asked of the alert's events. */
    boolean looksAtEvent() {
        return value.isPresent() || level.isPresent() || !labels.isEmpty() || !annotations.isEmpty();
    }

    /** One entry for each piece of output that it names, for {@code expect_sequence}. */
    List<Expectation> pieces() {
        if (sent.size() <= 1) {
            return List.of(this);
        }
        return sent.stream().map(one -> with(List.of(one))).toList();
    }

    private Expectation with(List<Sent> commands) {
        return new Expectation(
                position, at, device, target, state, value, level, labels, annotations, outcome, commands, published);
    }

    @Override
    public String toString() {
        return at.map(time -> "at " + Times.text(time) + " ").orElse("") + what();
    }

    /** Without its time. */
    String what() {
        StringBuilder text = new StringBuilder();
        sent.forEach(command -> text.append(command).append(' '));
        published.ifPresent(record -> text.append(record).append(' '));
        target.ifPresent(found -> text.append(found).append(' '));
        state.ifPresent(phase -> text.append(phase.text()).append(' '));
        level.ifPresent(word -> text.append("level ").append(word).append(' '));
        return text.toString().strip();
    }
}
