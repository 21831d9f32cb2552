package io.millrace.commands;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.schemas.CommandStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * All meters of the command service. They add up: what each intake received is what it applied, repeated, ignored and could
 * not read; every command accepted shows up once as queued, sent, rejected or expired, and every change of status once more.
 */
public final class CommandServiceMetrics {
    /** What is read from Kafka. */
    public enum Intake {
        COMMANDS,
        SESSIONS,
        REPORTS,
        TELEMETRY,
        STATE,
        ALERTS;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry registry;
    private final Map<CommandStatus, Counter> transitions = new EnumMap<>(CommandStatus.class);
    private final Map<Intake, Counter> received = new EnumMap<>(Intake.class);
    private final Map<Intake, Counter> unreadable = new EnumMap<>(Intake.class);
    private final Counter commandsNew;
    private final Counter commandsRepeated;
    private final Counter signalsIgnored;
    private final Counter dispatched;
    private final Counter dispatchFailed;
    private final Timer dispatchLatency;
    private final Counter historyNew;
    private final Counter historyRepeated;
    private final Counter historyRefused;
    private final Counter registryPublished;

    public CommandServiceMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (CommandStatus status : CommandStatus.values()) {
            transitions.put(
                    status,
                    Counter.builder("commands.transitions")
                            .description("Commands that came to have this status")
                            .tag("status", status.text())
                            .register(registry));
        }
        for (Intake intake : Intake.values()) {
            received.put(
                    intake,
                    Counter.builder("intake.records")
                            .description("Records read from Kafka, repeats included")
                            .tag("intake", intake.text())
                            .register(registry));
            unreadable.put(
                    intake,
                    Counter.builder("intake.unreadable")
                            .description("Records passed over because they could not be understood")
                            .tag("intake", intake.text())
                            .register(registry));
        }
        commandsNew = intakeOutcome(registry, "new");
        commandsRepeated = intakeOutcome(registry, "repeated");
        signalsIgnored = registry.counter("commands.signals.ignored");
        dispatched = dispatchOutcome(registry, "written");
        dispatchFailed = dispatchOutcome(registry, "failed");
        dispatchLatency = Timer.builder("commands.dispatch.latency")
                .description(
                        "From acceptance by this service to the dispatch record in Kafka, for commands that went at once")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(500_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        historyNew = historyOutcome(registry, "stored");
        historyRepeated = historyOutcome(registry, "repeated");
        historyRefused = historyOutcome(registry, "refused");
        registryPublished = registry.counter("registry.published");
    }

    private static Counter intakeOutcome(MeterRegistry registry, String outcome) {
        return Counter.builder("commands.accepted")
                .description("Command requests, by whether their id was new")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter dispatchOutcome(MeterRegistry registry, String outcome) {
        return Counter.builder("commands.dispatched")
                .description("Dispatch records for gateways")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter historyOutcome(MeterRegistry registry, String outcome) {
        return Counter.builder("history.readings")
                .description("Readings taken into the history, there already, or refused by PostgreSQL")
                .tag("outcome", outcome)
                .register(registry);
    }

    public void received(Intake intake, int records) {
        counter(received, intake).increment(records);
    }

    public void unreadable(Intake intake) {
        counter(unreadable, intake).increment();
    }

    private static <K> Counter counter(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter == null) {
            throw new IllegalArgumentException("no counter for " + key);
        }
        return counter;
    }

    public void changed(CommandStatus status) {
        counter(transitions, status).increment();
    }

    public void accepted(int given, int inserted) {
        commandsNew.increment(inserted);
        commandsRepeated.increment(given - inserted);
    }

    public void signalIgnored() {
        signalsIgnored.increment();
    }

    /** A dispatch record is in Kafka. */
    public void dispatched() {
        dispatched.increment();
    }

    public void dispatchFailed() {
        dispatchFailed.increment();
    }

    /** Of a command that did not have to wait for its device. */
    public void dispatchTook(Duration sinceAcceptance) {
        dispatchLatency.record(sinceAcceptance);
    }

    public void history(int stored, int repeated) {
        historyNew.increment(stored);
        historyRepeated.increment(repeated);
    }

    public void historyRefused() {
        historyRefused.increment();
    }

    public void registryPublished(int records) {
        registryPublished.increment(records);
    }

    /** One answered request. */
    public void http(String operation, int status, Duration took) {
        Timer.builder("http.requests")
                .description("Requests to the REST API")
                .tag("operation", operation)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(took);
    }
}
