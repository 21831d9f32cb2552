package io.millrace.rules.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.rules.distribution.RulesInForce;
import io.millrace.rules.evaluation.EvaluationError;
import io.millrace.rules.evaluation.Outcome;
import io.millrace.rules.evaluation.PartitionEngine;
import io.millrace.rules.evaluation.Phase;
import io.millrace.rules.evaluation.Tally;
import io.millrace.rules.model.Action;
import io.millrace.rules.model.Rule;
import io.millrace.rules.model.RuleId;
import io.millrace.rules.model.RuleSet;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * All meters of the rule engine. It adds up: records of {@code telemetry} consumed = evaluated + redelivery + late + replayed + poison +
 * failed; of the registry = applied + cut + replayed + poison + failed. Any thread.
 */
public final class RuleEngineMetrics implements RulesInForce.Listener {

    /** What became of a telemetry record. */
    public enum Telemetry {
        EVALUATED,
        /** Sent twice by the device. */
        REDELIVERY,
        /** Taken before one that was evaluated already; fills gaps only. */
        LATE,
        /** Read again after a crash, applied before. */
        REPLAYED,
        /** Not a JSON object of a device: passed on to {@code telemetry-rejected}. */
        POISON,
        /** A bug of ours stopped its evaluation. */
        FAILED;

        static Telemetry of(PartitionEngine.Taken taken) {
            return switch (taken) {
                case EVALUATED -> EVALUATED;
                case REDELIVERY -> REDELIVERY;
                case LATE -> LATE;
                case REPLAYED -> REPLAYED;
            };
        }
    }

    /** What became of a record of the registry. */
    public enum Registry {
        APPLIED,
        /** Applied, but for what is more than rules can keep of a device. */
        CUT,
        REPLAYED,
        /** No device, or no JSON of a device: passed over. */
        POISON,
        FAILED
    }

    private static final String[] RESULTS = {"false", "true", "unknown", "error"};

    private final MeterRegistry registry;
    private final Map<Telemetry, Counter> telemetry = new ConcurrentHashMap<>();
    private final Map<Registry, Counter> registryRecords = new ConcurrentHashMap<>();
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> gauges = new ConcurrentHashMap<>();
    /** The last example of each rule of the set in force that has failed. */
    private final Map<RuleId, EvaluationError> errors = new ConcurrentHashMap<>();

    private final Timer reaction;
    private final Timer evaluation;
    private final Counter strayTimestamps;
    private final Counter oversized;
    private final AtomicLong reloadSuccessful = new AtomicLong();
    private Optional<Meter> inForce = Optional.empty();

    public RuleEngineMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Telemetry outcome : Telemetry.values()) {
            telemetry.put(
                    outcome,
                    Counter.builder("rules.telemetry")
                            .description("Telemetry records consumed")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (Registry outcome : Registry.values()) {
            registryRecords.put(
                    outcome,
                    Counter.builder("rules.registry")
                            .description("Records of the device registry consumed")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        oversized = Counter.builder("rules.output.oversized")
                .description("Records that Kafka refuses as too large: left out")
                .register(registry);
        reaction = Timer.builder("rules.reaction")
                .description("From the arrival of a reading at the gateway to its command written")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1))
                .register(registry);
        strayTimestamps = Counter.builder("rules.timestamp.stray")
                .description("Readings whose own time was out of bounds: the time of their arrival was used")
                .register(registry);
        evaluation = Timer.builder("rules.evaluation")
                .description("From a reading to all that its rules decide; one reading in 1,024 is measured")
                .serviceLevelObjectives(
                        Duration.ofNanos(1_000),
                        Duration.ofNanos(10_000),
                        Duration.ofNanos(100_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(10))
                .register(registry);
        Gauge.builder("rules.config.reload.successful", reloadSuccessful, AtomicLong::get)
                .description("1 if the rule files as they are now are in force, 0 if they have errors")
                .register(registry);
    }

    void telemetry(Telemetry outcome) {
        Counter counter = telemetry.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    void registry(Registry outcome) {
        Counter counter = registryRecords.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    void oversized() {
        oversized.increment();
    }

    void strayTimestamps(long count) {
        strayTimestamps.increment(count);
    }

    /** What a reading took, all its rules together; one of many is measured. */
    void evaluated(long nanos) {
        evaluation.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param millis negative ones (clocks differ) count as 0 */
    void reaction(long millis) {
        reaction.record(Duration.ofMillis(Math.max(0, millis)));
    }

    @Override
    public void reload(boolean successful) {
        reloadSuccessful.set(successful ? 1 : 0);
    }

    /**
     * The set in force. Prometheus shows whatever ends in {@code _info} as 1, so the set before must go: one that is 0 would
     * be read as a second one in force.
     */
    @Override
    public synchronized void inForce(RuleSet rules) {
        errors.keySet().retainAll(rules.rules().stream().map(Rule::id).toList());
        inForce.ifPresent(registry::remove);
        inForce = Optional.of(Gauge.builder("rules.config.info", () -> 1)
                .description("The rule set in force, by its hash")
                .tag("hash", rules.revision())
                .register(registry));
    }

    /** How far rule time is behind the clock; NaN while the partition is not here. */
    void timeLag(int partition, Progress progress, ToLongFunction<Progress> clock) {
        var unused = gauges.computeIfAbsent("lag/" + partition, key -> {
            Gauge.builder("rules.time.lag", progress, now -> {
                        long ruleTime = now.ruleTime(partition);
                        return ruleTime == Long.MIN_VALUE
                                ? Double.NaN
                                : Math.max(0, clock.applyAsLong(now) - ruleTime) / 1000.0;
                    })
                    .baseUnit("seconds")
                    .tag("partition", Integer.toString(partition))
                    .register(registry);
            return new AtomicLong();
        });
    }

    /** Adds what a task has counted. Called on its thread. */
    void add(Tally tally) {
        tally.drainTo(new Tally.Reader() {
            @Override
            public void evaluations(RuleId rule, int result, long count) {
                counter("rules.evaluations", rule, Tags.of("result", RESULTS[result]))
                        .increment(count);
            }

            @Override
            public void transitions(RuleId rule, Phase to, long count) {
                counter("rules.transitions", rule, Tags.of("to", to.text())).increment(count);
            }

            @Override
            public void actions(RuleId rule, Action.Kind action, Outcome outcome, long count) {
                counter("rules.actions", rule, Tags.of("action", action.text(), "outcome", outcome.text()))
                        .increment(count);
            }

            @Override
            public void failed(EvaluationError example) {
                var unused = errors.merge(
                        example.rule(), example, (known, news) -> news.time() >= known.time() ? news : known);
            }

            @Override
            public void lastFired(RuleId rule, long time) {
                var unused = RuleEngineMetrics.this.lastFired(rule).accumulateAndGet(time, Math::max);
            }

            @Override
            public void confirmations(RuleId rule, String outcome, long count) {
                counter("rules.confirmations", rule, Tags.of("outcome", outcome))
                        .increment(count);
            }

            @Override
            public void instances(RuleId rule, Phase phase, long change) {
                var unused = gauge(rule, phase).addAndGet(change);
            }
        });
    }

    /** The last evaluation of the rule that failed, as far as has been told. */
    Optional<EvaluationError> lastError(RuleId rule) {
        return Optional.ofNullable(errors.get(rule));
    }

    private Counter counter(String name, RuleId rule, Tags tags) {
        return counters.computeIfAbsent(name + "/" + rule + "/" + tags, key -> Counter.builder(name)
                .tags(Tags.of("group", rule.group(), "rule", rule.name()).and(tags))
                .register(registry));
    }

    private AtomicLong lastFired(RuleId rule) {
        return gauges.computeIfAbsent(rule + "/last fired", key -> {
            AtomicLong millis = new AtomicLong();
            Gauge.builder("rules.last.fired.timestamp", millis, value -> value.get() / 1000.0)
                    .description("When the rule fired last, in rule time")
                    .baseUnit("seconds")
                    .tags(Tags.of("group", rule.group(), "rule", rule.name()))
                    .register(registry);
            return millis;
        });
    }

    private AtomicLong gauge(RuleId rule, Phase phase) {
        return gauges.computeIfAbsent(rule + "/" + phase, key -> {
            AtomicLong value = new AtomicLong();
            Gauge.builder("rules.instances", value, AtomicLong::get)
                    .tags(Tags.of("group", rule.group(), "rule", rule.name(), "state", phase.text()))
                    .register(registry);
            return value;
        });
    }
}
