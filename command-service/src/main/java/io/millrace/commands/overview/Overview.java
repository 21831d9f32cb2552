package io.millrace.commands.overview;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.commands.overview.Growth.Bucket;
import io.millrace.commands.overview.KafkaFigures.Lag;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.rules.RuleSummary;
import io.millrace.commands.store.OverviewStore;
import io.millrace.commands.store.OverviewStore.Alerts;
import io.millrace.commands.store.OverviewStore.Gateway;
import io.millrace.schemas.CommandStatus;
import io.millrace.schemas.RuleEngineStatus;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The fleet at a glance. Found out every ten seconds at most, however many ask, and only when somebody asks; what takes long in a large
 * fleet less often still. Any thread.
 */
public final class Overview {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int BUCKETS = 60;

    private final OverviewStore store;
    private final KafkaFigures kafka;
    private final RuleEngines engines;
    private final Clock clock;
    private final Seldom<Long> devices;
    private final Seldom<Commands> commands;
    private final Seldom<List<Lag>> lags;
    private final Seldom<Figures> figures;

    /**
     * All of it.
     *
     * @param unavailable what could not be found out, and why
     */
    public record Figures(
            Instant time,
            Devices devices,
            Telemetry telemetry,
            Commands commands,
            Alerts alerts,
            List<Gateway> gateways,
            List<Lag> lag,
            Rules rules,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> unavailable) {}

    /** Registered or heard, and connected now. */
    public record Devices(long total, long connected) {}

    /** @param perSecond over the last ten seconds; empty if it is not known */
    public record Telemetry(OptionalDouble perSecond, List<Bucket> recent) {}

    /** @param lastHour those accepted within the last hour, by where they stand now */
    public record Commands(Map<String, Long> lastHour, List<Bucket> recent) {}

    /**
     * The rules in force.
     *
     * @param firing rules that fire on a device at least
     * @param engines that have answered
     */
    public record Rules(int loaded, int firing, int engines, boolean reloadSuccessful) {}

    public Overview(OverviewStore store, KafkaFigures kafka, RuleEngines engines, Clock clock) {
        this.store = store;
        this.kafka = kafka;
        this.engines = engines;
        this.clock = clock;
        devices = new Seldom<>(PAUSE, System::nanoTime, store::devices);
        commands = new Seldom<>(PAUSE, System::nanoTime, this::countCommands);
        lags = new Seldom<>(PAUSE, System::nanoTime, kafka::lags);
        figures = new Seldom<>(PAUSE, System::nanoTime, this::find);
    }

    /** Fails only if the database does not answer. */
    public Future<Figures> figures() {
        return figures.get();
    }

    private Future<Figures> find() {
        Instant now = clock.instant();
        Map<String, String> unavailable = new TreeMap<>();
        Future<Long> total = devices.get();
        Future<Commands> commanded = commands.get();
        Future<Alerts> alerts = store.alerts();
        Future<List<Gateway>> gateways = store.gateways(now);
        Future<List<Lag>> lag = lags.get().recover(failure -> {
            unavailable.put("lag", String.valueOf(failure.getMessage()));
            return Future.succeededFuture(List.of());
        });
        Future<Rules> rules = engines.ask().map(answers -> rules(answers, unavailable));
        return Future.all(total, commanded, alerts, gateways, lag, rules).map(done -> {
            OptionalDouble perSecond = kafka.readings().perSecond(clock.millis());
            if (perSecond.isEmpty()) {
                unavailable.put("telemetry", "Kafka has not been asked twice within half a minute");
            }
            return new Figures(
                    now,
                    new Devices(
                            total.result(),
                            gateways.result().stream()
                                    .mapToLong(Gateway::connected)
                                    .sum()),
                    new Telemetry(perSecond, kafka.readings().recent()),
                    commanded.result(),
                    alerts.result(),
                    gateways.result(),
                    lag.result(),
                    rules.result(),
                    unavailable);
        });
    }

    private Future<Commands> countCommands() {
        Instant now = clock.instant();
        long begin = now.getEpochSecond() / 10 * 10 - BUCKETS * 10L;
        return store.commands(now.minus(HOUR), Instant.ofEpochSecond(begin)).map(counts -> {
            Map<String, Long> lastHour = new LinkedHashMap<>();
            for (CommandStatus status : CommandStatus.values()) {
                lastHour.put(status.text(), 0L);
            }
            Map<Instant, Long> recent = new TreeMap<>();
            counts.forEach(some -> {
                lastHour.merge(some.status(), some.count(), Long::sum);
                some.bucket().ifPresent(bucket -> recent.merge(bucket, some.count(), Long::sum));
            });
            List<Bucket> buckets = new ArrayList<>();
            for (int i = 0; i < BUCKETS; i++) {
                Instant time = Instant.ofEpochSecond(begin + i * 10L);
                buckets.add(new Bucket(time, recent.getOrDefault(time, 0L)));
            }
            return new Commands(lastHour, buckets);
        });
    }

    private static Rules rules(List<RuleEngines.Answer> answers, Map<String, String> unavailable) {
        List<RuleEngineStatus> known =
                answers.stream().flatMap(answer -> answer.status().stream()).toList();
        answers.stream()
                .filter(answer -> answer.problem().isPresent())
                .findFirst()
                .ifPresent(answer -> unavailable.put(
                        "rules", answer.address() + " " + answer.problem().orElse("")));
        List<RuleEngineStatus.Rule> rules = RuleSummary.of(known);
        return new Rules(
                rules.size(),
                (int) rules.stream()
                        .filter(rule -> rule.instances().getOrDefault("firing", 0L) > 0)
                        .count(),
                known.size(),
                !known.isEmpty() && known.stream().allMatch(RuleEngineStatus::reloadSuccessful));
    }
}
