package io.millrace.commands;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.LoginLimit;
import io.millrace.commands.access.Tokens;
import io.millrace.commands.access.Users;
import io.millrace.commands.api.AccessRoutes;
import io.millrace.commands.api.AlertRoutes;
import io.millrace.commands.api.Api;
import io.millrace.commands.api.CommandRoutes;
import io.millrace.commands.api.DeviceRoutes;
import io.millrace.commands.api.DeviceRuleRoutes;
import io.millrace.commands.api.HistoryRoutes;
import io.millrace.commands.api.LoginRoutes;
import io.millrace.commands.api.PskRoutes;
import io.millrace.commands.api.RuleCheckRoutes;
import io.millrace.commands.api.RuleControlRoutes;
import io.millrace.commands.api.RuleRoutes;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.dispatch.LeaseWatch;
import io.millrace.commands.dispatch.Publisher;
import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.dispatch.Retention;
import io.millrace.commands.dispatch.Sweeper;
import io.millrace.commands.dispatch.TopicIdentity;
import io.millrace.commands.intake.AlertIntake;
import io.millrace.commands.intake.CommandIntake;
import io.millrace.commands.intake.EnrolmentIntake;
import io.millrace.commands.intake.HistoryIntake;
import io.millrace.commands.intake.ReportIntake;
import io.millrace.commands.intake.SessionIntake;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.rules.RuleChecker;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.CommandStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.GatewayStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.Migrations;
import io.millrace.commands.store.OutboxStore;
import io.millrace.commands.store.ServiceKeyStore;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.SweepStore;
import io.millrace.commands.store.TimelineStore;
import io.millrace.commands.store.TopicStore;
import io.millrace.commands.store.UserStore;
import io.millrace.runtime.kafka.GroupConsumer;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final String SESSIONS_GROUP = "command-service-sessions";
    private static final String HISTORY = "command-service-history";
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PING = Duration.ofSeconds(2);
    private static final Duration RETENTION_PACE = Duration.ofHours(1);
    /** Each takes a transaction of its own, and none may wait for many others. */
    private static final int ENROLMENT_BATCH = 50;

    private static final int SMALL_BATCH = 500;
    private static final int LARGE_BATCH = 2_000;

    private final CommandServiceConfig config;
    private final Health health;
    private final Clock clock;
    private final Topics topics;
    private final CommandServiceMetrics metrics;
    private final Health.Check started;
    private final Health.Check databaseAnswers;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread starter = new Thread(this::comeUp, "command-service-start");

    private final Vertx vertx = Vertx.vertx();
    private final Database database;
    private final OutboxStore outbox = new OutboxStore();
    private final DeviceStore devices;
    private final SessionStore sessions;
    private final GatewayStore gateways;
    private final CommandStore commands;
    private final TimelineStore timeline;
    private final SweepStore sweeps;
    private final StateStore states;
    private final HistoryStore history;
    private final AlertStore alerts;
    private final UserStore userStore;
    private final ApiKeyStore keyStore;

    private final Publisher publisher;
    private final Dispatcher dispatcher;
    private final CommandChanges changes;
    private final RegistryPublisher registryPublisher;
    private final Retention retention;
    private final DeviceRegistry registry;
    private final Tokens tokens;
    private final Users users;
    private final ApiKeys apiKeys;
    private final FirstAccess firstAccess;

    private final List<GroupConsumer> consumers = new ArrayList<>();
    private @Nullable HttpServer http;
    private @Nullable Sweeper sweeper;

    public CommandService(CommandServiceConfig config, MeterRegistry meters, Health health, Clock clock) {
        this.config = config;
        this.health = health;
        this.clock = clock;
        topics = new Topics(config.kafka().topicPrefix());
        metrics = new CommandServiceMetrics(meters);
        started = health.readiness("command-service");
        databaseAnswers = health.readiness("database");

        database = new Database(vertx, config.database());
        devices = new DeviceStore(database, outbox);
        sessions = new SessionStore(database);
        gateways = new GatewayStore(database);
        commands = new CommandStore(database);
        timeline = new TimelineStore(database);
        sweeps = new SweepStore(database);
        states = new StateStore(database);
        history = new HistoryStore(database);
        alerts = new AlertStore(database);
        userStore = new UserStore(database);
        keyStore = new ApiKeyStore(database, outbox);

        publisher = new Publisher(config.kafka());
        dispatcher = new Dispatcher(commands, publisher, topics, metrics, clock);
        changes = new CommandChanges(database, commands, timeline, sessions, dispatcher, metrics, clock);
        registryPublisher = new RegistryPublisher(database, outbox, publisher, topics, metrics);
        retention = new Retention(
                history,
                sweeps,
                alerts,
                config.historyRetention(),
                config.commands().retention(),
                clock);
        registry = new DeviceRegistry(devices, states, sweeps, changes, registryPublisher, clock);
        tokens = new Tokens(vertx, new ServiceKeyStore(database), config.http().tokenLifetime(), clock);
        users = new Users(vertx, userStore, clock);
        apiKeys = new ApiKeys(keyStore, registryPublisher, clock);
        firstAccess = new FirstAccess(config.admin(), users, userStore, registry, apiKeys, keyStore, ready);
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
            publisher.open();
        } catch (KafkaException e) {
            throw new StartException("Kafka settings cannot be used: " + rootMessage(e), e);
        }
        http = listen();
        starter.start();
    }

    /** Completes when the API, the consumers and the sweeper run; waits as long as the database or Kafka is away. */
    public CompletionStage<Void> ready() {
        return ready.copy();
    }

    /** Of the REST API. */
    public int httpPort() {
        HttpServer server = http;
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.actualPort();
    }

    /** For first starts and for embedding: what a person needs to begin. */
    public FirstAccess firstAccess() {
        return firstAccess;
    }

    private HttpServer listen() {
        int port = config.http().port();
        try {
            return join(vertx.createHttpServer()
                    .requestHandler(api().router(vertx))
                    .listen(port, config.http().host()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof BindException) {
                throw StartException.portInUse(port, "http.port", e);
            }
            throw new StartException(
                    "cannot listen on " + config.http().host() + ":" + port + ": " + rootMessage(e), e);
        }
    }

    private Api api() {
        RuleEngines engines = new RuleEngines(vertx, config.ruleEngines(), config.ruleEnginesToken());
        return new Api(
                List.of(
                        new LoginRoutes(users, tokens, new LoginLimit(clock)).operations(),
                        new DeviceRoutes(devices, registry).operations(),
                        new PskRoutes(registry, config.pskMaster()).operations(),
                        new CommandRoutes(commands, timeline, dispatcher, changes, config.commands(), clock)
                                .operations(),
                        new HistoryRoutes(devices, states, history, clock).operations(),
                        new AlertRoutes(alerts, clock).operations(),
                        new RuleRoutes(engines).operations(),
                        new RuleControlRoutes(engines, publisher, topics, clock).operations(),
                        new RuleCheckRoutes(new RuleChecker(vertx, config.ruleEngines(), config.ruleEnginesToken()))
                                .operations(),
                        new DeviceRuleRoutes(engines).operations(),
                        new AccessRoutes(users, userStore, apiKeys, keyStore, clock).operations()),
                tokens,
                apiKeys,
                this::notReady,
                config.http().maxBody(),
                metrics);
    }

    private Optional<String> notReady() {
        return ready.isDone() ? Optional.empty() : Optional.of(started.problem().orElse("starting"));
    }

    /** On the starter's thread: tries until everything that this service needs has answered. */
    private void comeUp() {
        while (closing.getCount() > 0) {
            try {
                int partitions = prepare();
                if (closing.getCount() == 0) {
                    return;
                }
                startReading(partitions);
                started.up();
                databaseAnswers.up();
                ready.complete(null);
                watchDatabase();
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

    /** May fail and be repeated; returns how many partitions device-sessions has. */
    private int prepare() {
        new Migrations(config.database()).run();
        if (config.kafka().createTopics()) {
            KafkaTopics.create(
                    config.kafka(),
                    topics.all(
                            config.kafka().partitions(),
                            config.kafka().slots(),
                            (short) config.kafka().replicationFactor(),
                            config.kafka().retention()));
        }
        new TopicIdentity(config.kafka(), database, new TopicStore(), sessions, gateways, clock)
                .check(topics.deviceSessions());
        join(tokens.open());
        join(firstAccess.createAdmin());
        join(retention.prepareDays());
        return KafkaTopics.partitions(config.kafka(), List.of(topics.deviceSessions()))
                .getOrDefault(topics.deviceSessions(), 1);
    }

    /** Sessions first: who is connected should be known before the commands come. */
    private void startReading(int partitions) {
        consume(
                SESSIONS_GROUP,
                topics.deviceSessions(),
                LARGE_BATCH,
                new SessionIntake(database, sessions, gateways, devices, sweeps, changes, dispatcher, metrics, clock)
                        .records());
        consume(
                "command-service-reports",
                topics.commandEvents(),
                SMALL_BATCH,
                new ReportIntake(commands, changes, metrics, clock).records());
        consume(
                "command-service-commands",
                topics.commands(),
                SMALL_BATCH,
                new CommandIntake(commands, dispatcher, metrics, clock).records());
        HistoryIntake historyIntake = new HistoryIntake(database, devices, history, states, metrics, clock);
        consume(HISTORY, topics.telemetry(), config.gatheringConsumer(HISTORY, LARGE_BATCH), historyIntake.telemetry());
        consume("command-service-state", topics.deviceState(), LARGE_BATCH, historyIntake.reportedState());
        consume(
                "command-service-alerts",
                topics.alerts(),
                SMALL_BATCH,
                new AlertIntake(alerts, metrics, clock).records());
        consume(
                "command-service-enrolments",
                topics.deviceEnrolments(),
                ENROLMENT_BATCH,
                new EnrolmentIntake(registry, metrics, clock).records());
        sweeper = new Sweeper(
                sweeps,
                sessions,
                gateways,
                new LeaseWatch(config.kafka(), topics.deviceSessions(), SESSIONS_GROUP, partitions),
                changes,
                dispatcher,
                registryPublisher,
                config.commands().dispatchTimeout(),
                clock);
        sweeper.start();
    }

    private void consume(String group, String topic, int batch, RecordHandler handler) {
        consume(group, topic, config.consumer(group, batch), handler);
    }

    private void consume(String group, String topic, Map<String, Object> settings, RecordHandler handler) {
        GroupConsumer consumer =
                new GroupConsumer(group, group, config.kafka(), settings, List.of(topic), handler, health);
        consumers.add(consumer);
        consumer.start();
    }

    private void watchDatabase() {
        long ping = vertx.setPeriodic(PING.toMillis(), timer -> database.ping()
                .onSuccess(done -> databaseAnswers.up())
                .onFailure(failure -> databaseAnswers.down("does not answer: " + failure.getMessage())));
        long sweep = vertx.setPeriodic(1, RETENTION_PACE.toMillis(), timer -> retention
                .prepareDays()
                .compose(done -> retention.removeOld())
                .onFailure(failure -> log.atWarn()
                        .addKeyValue("reason", failure.toString())
                        .log("old data not removed, trying again in an hour")));
        log.atDebug().addKeyValue("ping", ping).addKeyValue("retention", sweep).log("timers set");
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
        HttpServer server = http;
        if (server != null) {
            waitFor(server.close(), "the API");
        }
        waitForStarter();
        CompletableFuture.allOf(consumers.stream()
                        .map(consumer -> CompletableFuture.runAsync(consumer::close))
                        .toArray(CompletableFuture[]::new))
                .join();
        Sweeper running = sweeper;
        if (running != null) {
            running.close();
        }
        publisher.close();
        waitFor(database.close(), "the database");
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
