package io.millrace.rules.model;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.expression.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One thing to do when a rule fires or resolves. Its place in the list is part of a command's id. */
public sealed interface Action {

    /** {@code if}: run only when this is true; unknown counts as not. */
    Optional<Condition> onlyIf();

    /**
     * A command to a device.
     *
     * @param to the device that gets it; empty = the one that caused it
     * @param expires the gateway drops it later than this
     */
    record Send(
            Payload payload,
            Optional<Template> to,
            int qos,
            Duration expires,
            boolean retain,
            Optional<Condition> onlyIf)
            implements Action {}

    /** A record on an allow-listed Kafka topic. */
    record Publish(String topic, Payload value, Optional<Condition> onlyIf) implements Action {}

    /** An alert event under its own name; it resolves with the episode that raised it. */
    record NamedAlert(
            String name, Map<String, Template> labels, Map<String, Template> annotations, Optional<Condition> onlyIf)
            implements Action {

        public NamedAlert {
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        }
    }

    /** A line in the engine's log. */
    record Log(Template text, Optional<Condition> onlyIf) implements Action {}
}
