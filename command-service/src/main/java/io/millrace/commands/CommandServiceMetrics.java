package io.millrace.commands;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.schemas.CommandStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All meters of the command service. They add up: what each intake received is what it handed on, passed over as a
 * tombstone, could not read, and what the database refused; every command accepted shows up once as queued, sent, rejected or expired, and every change of status once more.
 */
public final class CommandServiceMetrics {
    /** What is read from Kafka. */
    public enum Intake {
        COMMANDS,
        SESSIONS,
        REPORTS,
        TELEMETRY,
        STATE,
        ALERTS,
        ENROLMENTS,
        CONNECTS,
        DIAGNOSTICS;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry registry;
    private final Map<CommandStatus, Counter> transitions = new EnumMap<>(CommandStatus.class);
    private final Map<Intake, Counter> received = new EnumMap<>(Intake.class);
    private final Map<Intake, Counter> unreadable = new EnumMap<>(Intake.class);
    private final Map<Intake, Counter> refused = new EnumMap<>(Intake.class);
    private final Map<Intake, Counter> tombstones = new EnumMap<>(Intake.class);
    private final Map<Intake, Timer> waited = new EnumMap<>(Intake.class);
    private final Counter commandsNew;
    private final Counter commandsRepeated;
    private final Counter signalsIgnored;
    private final Counter dispatched;
    private final Counter dispatchFailed;
    private final Timer dispatchLatency;
    private final Counter historyNew;
    private final Counter historyRepeated;
    private final Counter historyExpired;
    private final Counter registryPublished;
    private final Counter enrolled;
    private final Counter notEnrolled;
    private final Counter webhooksTaken;
    private final Counter webhooksNotTaken;
    private final Counter webhooksGivenUp;

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
            received.put(intake, intakeCounter("intake.records", "Records read from Kafka, repeats included", intake));
            unreadable.put(
                    intake,
                    intakeCounter("intake.unreadable", "Records passed over: they could not be understood", intake));
            refused.put(
                    intake, intakeCounter("intake.refused", "Records passed over: the database refused them", intake));
            tombstones.put(intake, intakeCounter("intake.tombstones", "Records without a value, passed over", intake));
            waited.put(
                    intake,
                    Timer.builder("intake.delay")
                            .description("From a record's timestamp to its reading")
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
        historyExpired = historyOutcome(registry, "expired");
        registryPublished = registry.counter("registry.published");
        enrolled = registry.counter("registry.enrolments", "outcome", "entered");
        notEnrolled = registry.counter("registry.enrolments", "outcome", "passed-over");
        webhooksTaken = webhookAttempts(registry, "taken");
        webhooksNotTaken = webhookAttempts(registry, "not-taken");
        webhooksGivenUp = registry.counter("webhooks.given.up");
    }

    private static Counter webhookAttempts(MeterRegistry registry, String outcome) {
        return Counter.builder("webhooks.attempts")
                .description("Attempts to tell a receiver")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter intakeCounter(String name, String description, Intake intake) {
        return Counter.builder(name)
                .description(description)
                .tag("intake", intake.text())
                .register(registry);
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
                .description("Readings taken into the history, there already, or older than it goes back")
                .tag("outcome", outcome)
                .register(registry);
    }

    public void received(Intake intake, int records) {
        of(received, intake).increment(records);
    }

    public void unreadable(Intake intake) {
        of(unreadable, intake).increment();
    }

    /** The database has no place for its data. */
    public void refused(Intake intake) {
        of(refused, intake).increment();
    }

    public void tombstone(Intake intake) {
        of(tombstones, intake).increment();
    }

    /** How far behind the reading is; a writer whose clock is ahead counts as none. */
    public void waited(Intake intake, Duration sinceItsTimestamp) {
        of(waited, intake).record(sinceItsTimestamp.isNegative() ? Duration.ZERO : sinceItsTimestamp);
    }

    private static <K, M> M of(Map<K, M> meters, K key) {
        M meter = meters.get(key);
        if (meter == null) {
            throw new IllegalArgumentException("no meter for " + key);
        }
        return meter;
    }

    public void changed(CommandStatus status) {
        of(transitions, status).increment();
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

    /** @param expired were older than the history goes back when they came */
    public void history(int stored, int repeated, int expired) {
        historyNew.increment(stored);
        historyRepeated.increment(repeated);
        historyExpired.increment(expired);
    }

    /** @param seconds for which changes of the registry have waited to get to Kafka; 0 if none do */
    public void registryWaiting(Supplier<Number> seconds) {
        Gauge.builder("registry.waiting", seconds)
                .description("How long changes of the registry have waited to get to Kafka")
                .baseUnit("seconds")
                .register(registry);
    }

    public void registryPublished(int records) {
        registryPublished.increment(records);
    }

    /** A gateway's wish to register a device; those not entered came too late, or the device was there. */
    public void enrolled(boolean entered) {
        (entered ? enrolled : notEnrolled).increment();
    }

    /** An attempt to tell a receiver of a webhook. */
    public void webhook(boolean taken) {
        (taken ? webhooksTaken : webhooksNotTaken).increment();
    }

    /** A message that no receiver took in time. */
    public void webhookGivenUp() {
        webhooksGivenUp.increment();
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
