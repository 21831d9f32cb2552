package io.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of a file tried on recorded readings of one device, at {@code POST /rules/try} of a rule engine's ops port. */
public final class RuleTrial {

    private RuleTrial() {}

    /**
     * What is asked.
     *
     * @param text of the file
     * @param type of the device in the registry, as its labels and attributes
     * @param from from when on time passes
     * @param to until when
     * @param readings in order of time
     */
    public record Question(
            String file,
            String text,
            DeviceId device,
            Optional<String> type,
            Map<String, String> labels,
            Map<String, JsonNode> attributes,
            Instant from,
            Instant to,
            List<Reading> readings) {}

    /** @param time in epoch milliseconds */
    public record Reading(long time, JsonNode value) {}

    /**
     * What would have happened.
     *
     * @param readings that were used
     * @param to how far it went
     * @param truncated whether that is not the end, or there were more steps or actions than are told
     */
    public record Report(int readings, Instant to, boolean truncated, List<Step> steps, List<Act> actions) {}

    /**
     * A rule came to another state.
     *
     * @param rule group/name
     * @param state inactive, pending, firing, or closing: firing with its end in sight
     * @param values the last ones of the fields that it reads, as the device sent them
     */
    public record Step(Instant time, String rule, String state, Map<String, JsonNode> values) {}

    /**
     * A rule acted, or would have if it had been let.
     *
     * @param action send, publish, alert or log
     * @param device who is meant
     * @param payload of a command, or what is published
     * @param topic of a publication
     * @param alert its name
     * @param state of an alert: firing or resolved
     * @param outcome sent, or why not
     */
    public record Act(
            Instant time,
            Optional<String> rule,
            String action,
            String device,
            Optional<String> payload,
            Optional<String> topic,
            Optional<String> alert,
            Optional<String> state,
            Optional<String> level,
            Optional<String> summary,
            String outcome) {}
}
