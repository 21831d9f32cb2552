package io.millrace.rules.model;

import io.millrace.rules.expression.Condition;
import io.millrace.rules.expression.Payload;
import io.millrace.rules.expression.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One thing to do when a rule fires or resolves. Its place in the list is part of a command's id. */
public sealed interface Action {

    /** What sort of thing. */
    enum Kind {
        SEND,
        PUBLISH,
        ALERT,
        LOG;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Kind kind();

    /** {@code if}: run only when this is true; unknown counts as not. */
    Optional<Condition> onlyIf();

    /**
     * A command to a device.
     *
     * @param to the device that gets it; empty = the one that caused it
     * @param expires the gateway drops it later than this
     */
    record Send(Payload payload, Optional<Template> to, int qos, Duration expires, Optional<Condition> onlyIf)
            implements Action {

        @Override
        public Kind kind() {
            return Kind.SEND;
        }
    }

    /** A record on an allow-listed Kafka topic. */
    record Publish(String topic, Payload value, Optional<Condition> onlyIf) implements Action {

        @Override
        public Kind kind() {
            return Kind.PUBLISH;
        }
    }

    /** An alert event under its own name; it resolves with the episode that raised it. */
    record NamedAlert(
            String name, Map<String, Template> labels, Map<String, Template> annotations, Optional<Condition> onlyIf)
            implements Action {

        public NamedAlert {
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        }

        @Override
        public Kind kind() {
            return Kind.ALERT;
        }
    }

    /** A line in the engine's log. */
    record Log(Template text, Optional<Condition> onlyIf) implements Action {

        @Override
        public Kind kind() {
            return Kind.LOG;
        }
    }
}
