package io.millrace.commands.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AlertEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An episode of an alert.
 *
 * @param id its fingerprint
 * @param updatedAt of its newest event
 */
public record Alert(
        String id,
        String name,
        AlertEvent.State status,
        Optional<String> deviceId,
        JsonNode labels,
        JsonNode annotations,
        String rule,
        String revision,
        String cause,
        Optional<Double> value,
        Optional<String> level,
        Optional<String> reason,
        boolean late,
        Instant startsAt,
        Optional<Instant> endsAt,
        Instant updatedAt,
        Optional<Acknowledgement> acknowledgement) {

    /** Somebody looks after it. */
    public record Acknowledgement(Instant at, String by, Optional<String> note) {}

    /** What happened to it. */
    public enum Event {
        FIRED,
        LEVEL_CHANGED,
        ACKNOWLEDGED,
        ACKNOWLEDGEMENT_WITHDRAWN,
        RESOLVED;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Event parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /**
     * One step.
     *
     * @param person who did it, of those that a person does
     */
    public record Step(
            Instant at,
            Event event,
            Optional<String> level,
            Optional<Double> value,
            Optional<String> reason,
            Optional<String> person,
            Optional<String> note) {}

    /** With all that happened to it, in order. */
    public record Story(Alert alert, List<Step> steps) {}

    /** What a list is to hold; what is empty does not matter. */
    public record Filter(
            Optional<AlertEvent.State> state,
            Optional<String> device,
            Optional<String> rule,
            Optional<Boolean> acknowledged,
            Map<String, String> labels) {
        public Filter {
            labels = Map.copyOf(labels);
        }
    }

    /** The end of a page. */
    public record Position(Instant startsAt, String id) {}
}
