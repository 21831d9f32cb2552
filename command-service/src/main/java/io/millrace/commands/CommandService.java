package io.millrace.commands;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.commands.CommandServiceConfig.Recorder;
import io.millrace.commands.api.ApiServer;
import io.millrace.commands.dispatch.BatchPacer;
import io.millrace.commands.dispatch.Sweeper;
import io.millrace.commands.dispatch.TopicIdentity;
import io.millrace.commands.store.Migrations;
import io.millrace.commands.store.TopicStore;
import io.millrace.commands.webhook.WebhookRounds;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.StartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command service, wired by hand. {@link #start} listens and returns; what needs the database or Kafka comes up behind it,
 * as soon as both answer, and until then the API says 503 and the health check why. Once up, an outage of either is waited
 * out: consumers repeat their batch, nothing is lost.
 */
public final class CommandService implements Service {
    private static final Logger log = LoggerFactory.getLogger(CommandService.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CommandServiceConfig config;
    private final Health.Check started;
    private final Health.Check databaseAnswers;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread starter = new Thread(this::comeUp, "command-service-start");

    private final Vertx vertx = Vertx.vertx();
    private final ApiServer http;
    private final Wiring wiring;
    private final Intakes intakes;
    private final FirstAccess firstAccess;

    private @Nullable Sweeper sweeper;
    private @Nullable BatchPacer batchPacer;
    private @Nullable WebhookRounds webhooks;

    public CommandService(CommandServiceConfig config, MeterRegistry meters, Health health, Clock clock) {
        this.config = config;
        started = health.readiness("command-service");
        databaseAnswers = health.readiness("database");
        wiring = new Wiring(vertx, config, meters, clock);
        http = new ApiServer(vertx, config.http().server());
        intakes = new Intakes(config, health, wiring);
        firstAccess = new FirstAccess(
                config.admin(),
                wiring.users,
                wiring.stores.users,
                wiring.registry,
                wiring.apiKeys,
                wiring.stores.apiKeys,
                wiring.audit,
                ready);
    }

    /**
     * Listens and returns at once; {@link #ready} tells when everything runs.
     *
     * @throws StartException if the port is in use or the Kafka settings cannot be used
     */
    @Override
    public void start() {
        started.down("starting");
        databaseAnswers.down("not asked yet");
        try {
            wiring.publisher.open();
        } catch (KafkaException e) {
            throw new StartException("Kafka settings cannot be used: " + rootMessage(e), e);
        }
        if (!onlyRecords()) {
            listen();
        }
        starter.start();
    }

    /** Completes when the API, the consumers and the sweeper run; waits as long as the database or Kafka is away. */
    public CompletionStage<Void> ready() {
        return ready.copy();
    }

    private boolean onlyRecords() {
        return config.history().recorder() == Recorder.ONLY;
    }

    /** Of the REST API; 0 where there is none. */
    public int httpPort() {
        return onlyRecords() ? 0 : http.port();
    }

    /** For first starts and for embedding: what a person needs to begin. */
    public FirstAccess firstAccess() {
        return firstAccess;
    }

    private void listen() {
        int port = config.http().port();
        try {
            http.listen(
                    config.http().host(), port, join(wiring.api(this::notReady).router(vertx)));
        } catch (CompletionException e) {
            if (e.getCause() instanceof BindException) {
                throw StartException.portInUse(port, "http.port", e);
            }
            throw new StartException(
                    "cannot listen on " + config.http().host() + ":" + port + ": " + rootMessage(e), e);
        }
    }

    private Optional<String> notReady() {
        return ready.isDone() ? Optional.empty() : Optional.of(started.problem().orElse("starting"));
    }

    /** On the starter's thread: tries until everything that this service needs has answered. */
    private void comeUp() {
        while (closing.getCount() > 0) {
            try {
                prepare();
                if (closing.getCount() == 0) {
                    return;
                }
                Sweeper sweeping = onlyRecords() ? null : wiring.sweeper();
                intakes.start();
                if (sweeping != null) {
                    startRounds(sweeping);
                }
                started.up();
                databaseAnswers.up();
                ready.complete(null);
                new Upkeep(vertx, wiring, databaseAnswers).start();
                log.atInfo().addKeyValue("port", httpPort()).log("command service ready");
                return;
            } catch (RuntimeException e) {
                String reason = "waiting for its neighbours: " + rootMessage(e);
                started.down(reason);
                log.atWarn().addKeyValue("reason", reason).log("not started yet, trying again");
                pause();
            }
        }
    }

    private void startRounds(Sweeper sweeping) {
        sweeper = sweeping;
        sweeping.start();
        batchPacer = wiring.batchPacer();
        batchPacer.start();
        webhooks = wiring.webhookRounds();
        webhooks.start();
        wiring.kafkaFigures.start();
    }

    /** May fail and be repeated. */
    private void prepare() {
        Migrations migrations = new Migrations(config.database());
        if (config.database().migrate()) {
            migrations.run();
        } else {
            migrations.requireDone();
        }
        if (config.kafka().createTopics()) {
            KafkaTopics.create(
                    config.kafka(),
                    wiring.topics.all(
                            config.kafka().partitions(),
                            config.kafka().slots(),
                            (short) config.kafka().replicationFactor(),
                            config.kafka().retention()));
        }
        new TopicIdentity(
                        config.kafka(),
                        wiring.stores.database,
                        new TopicStore(),
                        wiring.stores.sessions,
                        wiring.stores.gateways,
                        wiring.clock)
                .check(wiring.topics.deviceSessions());
        if (!onlyRecords()) {
            join(wiring.tokens.open());
            join(wiring.webhookSecrets.open());
            join(firstAccess.createAdmin());
        }
        join(wiring.retention.prepareDays());
    }

    private void pause() {
        try {
            var unused = closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }

    /** First no more requests, then no more records, then what is on its way out. */
    @Override
    public void close() {
        closing.countDown();
        starter.interrupt();
        waitFor(http.close(), "the API");
        wiring.liveFeed.close();
        waitForStarter();
        intakes.close();
        BatchPacer pacing = batchPacer;
        if (pacing != null) {
            pacing.close();
        }
        Sweeper running = sweeper;
        if (running != null) {
            running.close();
        }
        WebhookRounds telling = webhooks;
        if (telling != null) {
            waitFor(telling.close(), "webhooks");
        }
        wiring.publisher.close();
        wiring.kafkaFigures.close();
        waitFor(wiring.stores.database.close(), "the database");
        waitFor(vertx.close(), "Vert.x");
    }

    private void waitForStarter() {
        try {
            starter.join(3_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void waitFor(Future<Void> future, String what) {
        try {
            var unused = future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(3, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            log.atWarn().addKeyValue("reason", rootMessage(e)).log(what + " did not close in time");
        }
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.toString() : message;
    }
}
