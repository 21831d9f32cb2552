package io.millrace.rules.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.rules.distribution.RuleControlTopic;
import io.millrace.rules.distribution.RulesInForce;
import io.millrace.rules.evaluation.Aliveness;
import io.millrace.rules.evaluation.Gateways;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Json;
import io.millrace.schemas.RuleEngineStatus;
import io.millrace.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule engine: wires rule files, heartbeats and Kafka Streams. Start and close on the caller's thread. A stream thread that
 * dies of an error is replaced; until all run again the engine is not ready.
 */
public final class RuleEngine implements Service {
    private static final Logger log = LoggerFactory.getLogger(RuleEngine.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(6);

    private final RuleEngineConfig config;
    private final String name;
    private final Health health;
    private final Health.Check check;
    private final Clock clock;
    private final Topics topics;
    private final MeterRegistry meters;
    private final RuleEngineMetrics metrics;
    private final Gateways gateways = new Gateways();
    private final Aliveness aliveness = new Aliveness(gateways);
    private final Progress progress = new Progress();
    private final CountDownLatch running = new CountDownLatch(1);
    private volatile @Nullable RulesInForce rules;
    private volatile @Nullable RuleControlTopic controls;
    private volatile @Nullable Questions questions;
    private final DeskPages desk = new DeskPages();
    private @Nullable GatewayPulse pulse;
    private @Nullable KafkaStreams streams;
    private @Nullable Path scratch;

    public RuleEngine(RuleEngineConfig config, MeterRegistry registry, Health health, Clock clock) {
        this.config = config;
        name = config.instanceId().orElseGet(InstanceName::ofThisStart);
        this.meters = registry;
        this.health = health;
        this.clock = clock;
        check = health.readiness("rules");
        topics = new Topics(config.kafka().topicPrefix());
        metrics = new RuleEngineMetrics(registry);
    }

    /** Returns once every task of this instance runs, or with 60 s gone and health telling what it waits for. */
    @Override
    public void start() {
        check.down("starting");
        int partitions = topics();
        RulesInForce inForce = new RulesInForce(role(), config.kafka(), topics, health, clock, metrics);
        rules = inForce;
        inForce.start();
        desk.open(inForce, config.editable());
        RuleControlTopic words = new RuleControlTopic(config.kafka(), topics, health);
        controls = words;
        words.start();
        pulse = new GatewayPulse(config.kafka(), topics, aliveness, gateways, health);
        pulse.start();
        await(pulse);
        PositionedClients clients = new PositionedClients(clock::millis);
        Questions asked = new Questions(partitions);
        questions = asked;
        var around = new RuleProcessor.Surroundings(
                topics,
                inForce::current,
                words::current,
                aliveness,
                clients,
                config.clockSlack(),
                Set.copyOf(config.publishTopics()),
                config.deviceTime(),
                metrics,
                progress,
                config.unwrittenStates(),
                asked,
                partitions,
                clock::millis);
        KafkaStreams starting = new KafkaStreams(
                RuleTopology.of(around),
                new StreamsConfig(StreamsSettings.of(config, name, scratch(), metrics)),
                clients);
        streams = starting;
        starting.setUncaughtExceptionHandler(this::died);
        starting.setStateListener((now, before) -> stateChanged(now));
        starting.start();
        try {
            if (!running.await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.atWarn()
                        .addKeyValue("state", starting.state())
                        .log("rule engine is not running yet, goes on trying");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /**
     * Adds to the ops port {@code GET /rules}, a {@link RuleEngineStatus} as JSON, and for whoever has the token {@link ExplainPage},
     * which shows what devices have sent, and {@link CheckPage}, which takes a while.
     */
    public void offerStatus(OpsServer ops) {
        ops.getPrivate("/explain", asked -> {
            RulesInForce inForce = rules;
            Questions answering = questions;
            return inForce == null || answering == null
                    ? DeskPages.notStarted()
                    : new ExplainPage(inForce::current, answering).answer(asked);
        });
        ops.post("/rules/check", new CheckPage()::handle);
        ops.addPrivate("/rules/files", desk::files, FilesPage.MAX_BODY, desk::edit);
        ops.postPrivate("/rules/try", TryPage.MAX_BODY, desk::attempt);
        ops.get("/rules", exchange -> {
            RulesInForce inForce = rules;
            RuleControlTopic words = controls;
            if (inForce == null || words == null) {
                OpsServer.send(exchange, 503, "text/plain; charset=utf-8", "not started\n");
            } else {
                byte[] json = Json.write(
                        new RulesPage(name, inForce, words.current(), meters, metrics, progress, clock).status());
                OpsServer.send(exchange, 200, "application/json", new String(json, UTF_8));
            }
        });
    }

    private RulesInForce.Role role() {
        return new RulesInForce.Role(config.rules(), config.settle(), name);
    }

    /**
     * Stops within a few seconds. Waits for a moment until what was emitted last is known to be out, so that an orderly restart
     * repeats nothing.
     */
    @Override
    public void close() {
        desk.close();
        RulesInForce inForce = rules;
        if (inForce != null) {
            inForce.close();
        }
        RuleControlTopic words = controls;
        if (words != null) {
            words.close();
        }
        if (streams != null) {
            settle(streams);
            close(streams, config.instanceId().isEmpty());
        }
        if (pulse != null) {
            pulse.close();
        }
        check.down("stopped");
        deleteScratch();
    }

    /** Makes sure of them. Gives the count of partitions into which devices are cut. */
    private int topics() {
        KafkaSettings kafka = config.kafka();
        try {
            if (kafka.createTopics()) {
                KafkaTopics.create(
                        kafka,
                        topics.all(
                                kafka.partitions(),
                                kafka.slots(),
                                (short) kafka.replicationFactor(),
                                kafka.retention()));
            }
            publishTopics(kafka);
            Map<String, Integer> partitions =
                    KafkaTopics.partitions(kafka, List.of(topics.telemetry(), topics.deviceRegistry()));
            if (Set.copyOf(partitions.values()).size() > 1) {
                throw new StartException(
                        "topics " + partitions + " have different partition counts (expected the same)", null);
            }
            return partitions.getOrDefault(topics.telemetry(), kafka.partitions());
        } catch (KafkaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where rules may publish: one that is not there would hold a task up for ever. */
    private void publishTopics(KafkaSettings kafka) {
        List<String> publish = config.publishTopics();
        if (kafka.createTopics()) {
            KafkaTopics.create(
                    kafka,
                    publish.stream()
                            .map(topic -> new NewTopic(topic, kafka.partitions(), (short) kafka.replicationFactor()))
                            .toList());
        }
        if (!publish.isEmpty()) {
            var unused = KafkaTopics.partitions(kafka, publish);
        }
    }

    private static void await(GatewayPulse pulse) {
        try {
            var unused = pulse.caughtUp().toCompletableFuture().get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartException("the heartbeats on device-sessions cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    private void stateChanged(KafkaStreams.State now) {
        if (now == KafkaStreams.State.RUNNING) {
            check.up();
            running.countDown();
        } else {
            check.down("Kafka Streams is " + now);
        }
        log.atInfo().addKeyValue("state", now).log("rule engine state");
    }

    private StreamThreadExceptionResponse died(Throwable error) {
        check.down("a thread died: " + error);
        log.atError().setCause(error).log("stream thread died, replaced");
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private void settle(KafkaStreams stopping) {
        long until = System.nanoTime() + 2 * config.commitInterval().toNanos() + TimeUnit.SECONDS.toNanos(1);
        try {
            // The first round may still see the figure from before the last emission.
            CountDownLatch never = new CountDownLatch(1);
            boolean quiet = false;
            while (!quiet && stopping.state() == KafkaStreams.State.RUNNING && System.nanoTime() < until) {
                var unused = never.await(100, TimeUnit.MILLISECONDS);
                quiet = progress.inDoubt() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(KafkaStreams stopping, boolean leave) {
        CloseOptions options = CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(
                        leave
                                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
        if (!stopping.close(options)) {
            log.atWarn().log("stream threads did not stop in time");
        }
    }

    private Path scratch() {
        try {
            scratch = config.stateDir().isPresent()
                    ? Files.createDirectories(config.stateDir().get())
                    : Files.createTempDirectory("millrace-rules");
            return scratch;
        } catch (IOException e) {
            throw new StartException("rules.state-dir: " + config.stateDir() + " cannot be made (" + e + ")", e);
        }
    }

    /** Only one made here. */
    private void deleteScratch() {
        if (scratch == null || config.stateDir().isPresent()) {
            return;
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            log.atWarn().addKeyValue("path", scratch).addKeyValue("reason", e).log("temporary directory left behind");
        }
    }
}
