package io.millrace.rules.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.rules.evaluation.Emission;
import io.millrace.rules.evaluation.Phase;
import io.millrace.schemas.AlertEvent;
import io.millrace.schemas.CommandRequest;
import io.millrace.schemas.DeviceId;
import java.util.Map;
import java.util.Optional;

/** Whether a piece of output is the one that an expectation names, and how it is called. */
final class Outputs {

    private Outputs() {}

    static String payload(CommandRequest command) {
        return new String(command.payload(), UTF_8);
    }

    static boolean matches(Expectation.Sent wanted, CommandRequest command) {
        return command.deviceId().value().equals(wanted.to())
                && wanted.payload().matches(payload(command));
    }

    static boolean matches(Expectation.Published wanted, Emission.Publication publication) {
        return publication.topic().equals(wanted.topic())
                && wanted.value()
                        .map(value -> value.matches(publication.value()))
                        .orElse(true);
    }

    /** Whether an event tells of that alert; one that belongs to no device tells of all. */
    static boolean isAbout(Expectation wanted, AlertEvent event) {
        return wanted.target()
                .map(target -> target.name().equals(event.labels().get("alertname"))
                        && event.deviceId()
                                .map(DeviceId::value)
                                .map(wanted.device()::equals)
                                .orElse(true))
                .orElse(false);
    }

    static Phase phase(AlertEvent event) {
        return event.status() == AlertEvent.State.FIRING ? Phase.FIRING : Phase.INACTIVE;
    }

    /** What an expectation asks of an event beyond its state, and is not so: each as {@code what expected, got}. */
    static Optional<String> difference(Expectation wanted, AlertEvent event) {
        if (wanted.value().isPresent() && !wanted.value().equals(event.value())) {
            return Optional.of("value " + number(wanted.value()) + ", got " + number(event.value()));
        }
        if (wanted.level().isPresent() && !wanted.level().equals(event.level())) {
            return Optional.of(
                    "level " + wanted.level().get() + ", got " + event.level().orElse("none"));
        }
        return difference("label", wanted.labels(), event.labels())
                .or(() -> difference("annotation", wanted.annotations(), event.annotations()));
    }

    private static String number(Optional<Double> number) {
        return number.map(io.millrace.rules.expression.Numbers::text).orElse("none");
    }

    private static Optional<String> difference(String what, Map<String, String> wanted, Map<String, String> found) {
        return wanted.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(found.get(entry.getKey())))
                .findFirst()
                .map(entry -> "%s %s \"%s\", got %s"
                        .formatted(
                                what,
                                entry.getKey(),
                                entry.getValue(),
                                found.containsKey(entry.getKey()) ? "\"" + found.get(entry.getKey()) + "\"" : "none"));
    }

    /** For {@code expect_sequence} and {@code strict}: whether the expectation names this very output. */
    static boolean names(Expectation wanted, History.Output output) {
        if (wanted.at().isPresent() && wanted.at().get() != output.at()) {
            return false;
        }
        if (output.emission() instanceof Emission.Command command) {
            return wanted.sent().stream().anyMatch(sent -> matches(sent, command.request()))
                    && isOf(wanted, command.request());
        }
        if (output.emission() instanceof Emission.Alert alert) {
            return isAbout(wanted, alert.event())
                    && wanted.state().map(phase(alert.event())::equals).orElse(true)
                    && difference(wanted, alert.event()).isEmpty();
        }
        return output.emission() instanceof Emission.Publication publication
                && wanted.published()
                        .map(record -> matches(record, publication))
                        .orElse(false);
    }

    /** Whether the command is of the rule that is named beside it, if one is. */
    static boolean isOf(Expectation wanted, CommandRequest command) {
        return wanted.target()
                .flatMap(Expectation.Target::rule)
                .map(rule -> command.rule().filter(rule.toString()::equals).isPresent())
                .orElse(true);
    }

    /** {@code group/name} of the rule that made it; a publication does not say. */
    static Optional<String> rule(Emission emission) {
        if (emission instanceof Emission.Command command) {
            return command.request().rule();
        }
        return emission instanceof Emission.Alert alert
                ? Optional.of(alert.event().rule())
                : Optional.empty();
    }

    static String text(Emission emission) {
        if (emission instanceof Emission.Command command) {
            return "sent " + payload(command.request()) + " to "
                    + command.request().deviceId();
        }
        if (emission instanceof Emission.Alert alert) {
            AlertEvent event = alert.event();
            return "alert " + event.labels().get("alertname") + " "
                    + event.status().text()
                    + event.deviceId().map(id -> " on " + id).orElse("");
        }
        return emission instanceof Emission.Publication publication
                ? "published " + publication.value() + " on " + publication.topic()
                : emission.toString();
    }
}
