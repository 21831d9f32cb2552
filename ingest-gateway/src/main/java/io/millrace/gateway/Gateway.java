package io.millrace.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.gateway.command.CommandDelivery;
import io.millrace.gateway.command.CommandLog;
import io.millrace.gateway.diagnosis.DiagnosticLog;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.millrace.gateway.enrolment.Enrolments;
import io.millrace.gateway.http.HttpListener;
import io.millrace.gateway.http.HttpServices;
import io.millrace.gateway.identity.Authenticator;
import io.millrace.gateway.identity.CertificateConfig;
import io.millrace.gateway.identity.CertificateNames;
import io.millrace.gateway.identity.DeviceTable;
import io.millrace.gateway.identity.FailureLimit;
import io.millrace.gateway.identity.FleetIssuers;
import io.millrace.gateway.identity.IdentityConfig;
import io.millrace.gateway.identity.KeyTable;
import io.millrace.gateway.identity.PeerAuthenticator;
import io.millrace.gateway.identity.TokenVerifier;
import io.millrace.gateway.kafka.RecordWriter;
import io.millrace.gateway.kafka.SteadyWriter;
import io.millrace.gateway.live.LiveFeed;
import io.millrace.gateway.mqtt.MqttListener;
import io.millrace.gateway.mqtt.MqttServices;
import io.millrace.gateway.mqtt.Operators;
import io.millrace.gateway.poll.PollServices;
import io.millrace.gateway.poll.PollSessions;
import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.session.Drain;
import io.millrace.gateway.session.DuplicateIdentities;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.SessionLog;
import io.millrace.gateway.session.SessionNews;
import io.millrace.gateway.session.Sessions;
import io.millrace.gateway.session.WaitingWills;
import io.millrace.gateway.state.KeptStates;
import io.millrace.gateway.state.SessionStates;
import io.millrace.gateway.transport.Listening;
import io.millrace.gateway.transport.Way;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.ops.OpsServer;
import io.millrace.runtime.process.Service;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.millrace.schemas.Topics;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest gateway: all its parts, built and joined here by hand. Everything that begins in {@link #start} leaves on a stack
 * how it ends; {@link #close} works that off, so a start that failed half-way is cleaned up too.
 */
public final class Gateway implements Service {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 3;
    /** Device HTTP gets as much memory as MQTT divided by this, beside it: it must not take MQTT's. */
    private static final int HTTP_SHARE = 4;

    private final GatewayConfig config;
    private final GatewayMetrics metrics;
    private final Health health;
    private final Clock clock;
    private final Topics topics;
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private volatile @Nullable WaysIn ways;
    private volatile @Nullable Drain drain;

    public Gateway(GatewayConfig config, MeterRegistry registry, Health health, Clock clock) {
        this.config = config;
        this.metrics = new GatewayMetrics(registry);
        this.health = health;
        this.clock = clock;
        this.topics = new Topics(config.kafka().topicPrefix());
    }

    /** The port of one of the ways in, once started; 0 if it is not open. */
    public int port(Way way) {
        WaysIn open = ways;
        return open == null ? 0 : open.port(way);
    }

    /** The port that MQTT clients connect to, once started. */
    public int mqttPort() {
        return port(Way.MQTT);
    }

    /** The port of MQTT over WebSocket, once started. */
    public int webSocketPort() {
        return port(Way.WEB_SOCKET);
    }

    /** The port of device HTTP, once started. */
    public int httpPort() {
        return port(Way.HTTP);
    }

    /** Lets {@code POST /drain} empty this gateway, for a person who takes it out of service. It stays empty until its next start. */
    public void offerDrain(OpsServer ops) {
        ops.post("/drain", exchange -> {
            Drain started = drain;
            if (started == null) {
                OpsServer.send(exchange, 503, "text/plain; charset=utf-8", "not started\n");
            } else {
                String answer = "draining, " + started.begin() + " sessions are here\n";
                OpsServer.send(exchange, 202, "text/plain; charset=utf-8", answer);
            }
        });
    }

    @Override
    public void start() {
        Health.Check ready = health.readiness("gateway");
        ready.down("starting");
        toClose.push(() -> ready.down("stopped"));
        WaysIn waysIn = new WaysIn(config, metrics, clock);
        toClose.push(waysIn::close);
        ways = waysIn;
        waysIn.start();
        try {
            prepareTopics();
            MqttServices services = startKafkaSide();
            listen(services, waysIn, ready);
        } catch (KafkaException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        ready.up();
        log.atInfo()
                .addKeyValue("slot", config.slot())
                .addKeyValue("ports", waysIn)
                .log("gateway started");
    }

    private void prepareTopics() {
        KafkaSettings kafka = config.kafka();
        if (kafka.createTopics()) {
            KafkaTopics.create(
                    kafka,
                    topics.all(
                            kafka.partitions(), kafka.slots(), (short) kafka.replicationFactor(), kafka.retention()));
        }
        int slots = KafkaTopics.partitions(kafka, List.of(topics.commandDispatch()))
                .getOrDefault(topics.commandDispatch(), 0);
        if (config.slot() >= slots) {
            throw new StartException(
                    "gateway.slot: " + config.slot() + " (expected 0 to " + (slots - 1) + ", for topic "
                            + topics.commandDispatch() + " has " + slots + " partitions)",
                    null);
        }
    }

    /** All that must stand before the first device is let in. */
    private MqttServices startKafkaSide() {
        KafkaSettings kafka = config.kafka();
        RecordWriter writer = new RecordWriter(
                kafka,
                "gateway-" + config.slot(),
                config.flow().linger(),
                config.flow().bytesInFlight() + config.flow().bytesInFlight() / HTTP_SHARE);
        toClose.push(writer::close);
        SteadyWriter steady = new SteadyWriter(writer);
        toClose.push(steady::close);
        writer.awaitTopics(List.of(
                topics.deviceSessions(),
                topics.deviceSessionState(),
                topics.deviceEnrolments(),
                topics.telemetry(),
                topics.telemetryRejected(),
                topics.deviceState(),
                topics.deviceDiagnostics(),
                topics.commands(),
                topics.commandEvents()));

        Sessions sessions = new Sessions(metrics.takeovers);
        metrics.gauge("gateway.sessions", "Devices connected now", sessions, Sessions::size);
        metrics.gauge("gateway.wills.waiting", "Wills whose delay runs", sessions.wills(), WaitingWills::size);
        Operators operators = new Operators();
        metrics.gauge("gateway.operators", "Operators connected now", operators, Operators::size);
        SessionLog sessionLog = new SessionLog(steady, topics, config.slot(), clock, metrics.eventsFailed);
        CommandLog commandLog = new CommandLog(steady, topics, metrics, clock);
        Lease lease = new Lease(sessions, sessionLog, config.heartbeat(), config.lease(), health);

        FleetIssuers issuers = new FleetIssuers(
                config.identity().issuersFile(), () -> sessions.all().forEach(DeviceSession::registryChanged));
        toClose.push(issuers::close);
        DeviceTable devices = new DeviceTable(
                issuers, id -> sessions.find(id).ifPresent(DeviceSession::registryChanged), id -> sessions.find(id)
                        .ifPresent(session -> session.end(CloseReason.NOT_AUTHORIZED)));
        metrics.gauge("gateway.registry.devices", "Devices known", devices, DeviceTable::size);
        Enrolments enrolments =
                new Enrolments(devices::find, writer::send, topics, config.slot(), metrics.eventsFailed, clock);
        devices.alsoTell(enrolments::changed);
        metrics.gauge("gateway.enrolments", "Devices that wait to be registered", enrolments, Enrolments::size);
        KeyTable keys = new KeyTable(operators::keysChanged);
        Diagnostics diagnostics = new Diagnostics(
                id -> devices.find(id).isPresent(),
                new DiagnosticLog(writer, topics, lease::kafkaAnswers, metrics.eventsFailed),
                config.slot(),
                metrics.diagnosticsDropped,
                clock);
        DuplicateIdentities identities = new DuplicateIdentities(
                (device, addresses) -> sayDuplicate(device, addresses, diagnostics), System::nanoTime);
        SessionNews news =
                new SessionNews(sessions, identities, config.slot(), sessionLog::incarnation, lease::slotTaken);
        CommandDelivery delivery = new CommandDelivery(sessions, commandLog, lease);

        TopicReader registry =
                read(TopicReader.table("gateway-registry", kafka, topics.deviceRegistry(), devices::accept, health));
        TopicReader accessKeys =
                read(TopicReader.table("gateway-keys", kafka, topics.accessKeys(), keys::accept, health));
        KeptStates kept = new KeptStates((id, epoch) ->
                sessions.find(id).filter(s -> s.epoch() > epoch).ifPresent(DeviceSession::stateOverwritten));
        metrics.gauge("gateway.sessions.kept", "Devices whose sessions outlive connections", kept, KeptStates::size);
        TopicReader keptStates = read(TopicReader.freshTable(
                "gateway-session-states", kafka, topics.deviceSessionState(), kept::accept, health));
        SessionStates states = new SessionStates(
                kept, keptStates::refreshed, steady, topics, config.slot(), clock, metrics.eventsFailed);
        // First our own start, so that the news can tell another gateway's from it.
        await(sessionLog.gatewayStarted(), "Kafka does not take the gateway's start");
        TopicReader others =
                read(TopicReader.news("gateway-sessions", kafka, topics.deviceSessions(), news::accept, health));
        TopicReader dispatch = read(TopicReader.newsOf(
                "gateway-dispatch",
                kafka,
                new TopicPartition(topics.commandDispatch(), config.slot()),
                delivery::accept,
                health));
        for (TopicReader reader : List.of(registry, accessKeys, keptStates, others, dispatch)) {
            await(reader.caughtUp(), "Kafka does not let the gateway read its tables");
        }
        diagnostics.start();
        toClose.push(diagnostics::close);
        issuers.start();
        await(states.closeWhatWasLeftOpen(), "Kafka does not take the ends of sessions");
        lease.start();
        toClose.push(lease::close);
        LiveFeed live = new LiveFeed(kafka, topics.telemetry());
        toClose.push(live::close);
        toClose.push(() -> sayGone(sessionLog));
        return new MqttServices(
                config.mqtt(),
                config.storm().share(config.eventLoops()),
                config.limits(),
                topics,
                writer,
                devices,
                keys,
                authenticator(devices, keys, issuers),
                enrolments,
                peers(devices, enrolments),
                sessions,
                identities,
                sessionLog,
                states,
                lease,
                operators,
                live,
                commandLog,
                diagnostics,
                metrics,
                clock);
    }

    private Authenticator authenticator(DeviceTable devices, KeyTable keys, FleetIssuers issuers) {
        IdentityConfig identity = config.identity();
        FailureLimit failures =
                new FailureLimit(identity.failuresOfName(), identity.failuresOfAddress(), System::nanoTime);
        metrics.gauge(
                "gateway.failing", "Addresses and names that failed to authenticate", failures, FailureLimit::size);
        TokenVerifier tokens = new TokenVerifier(devices, issuers, identity.tokens(), clock);
        return new Authenticator(devices, keys, tokens, failures, config.allowAnonymous(), clock);
    }

    private void sayDuplicate(DeviceId device, List<String> addresses, Diagnostics diagnostics) {
        metrics.duplicateIdentities.increment();
        log.atWarn()
                .addKeyValue("deviceId", device.value())
                .addKeyValue("addresses", addresses)
                .log("two boards seem to have one identity");
        diagnostics.found(new DeviceDiagnostic.DuplicateIdentity(
                device,
                config.slot(),
                clock.instant(),
                DuplicateIdentities.TAKEOVERS,
                DuplicateIdentities.WITHIN.toMillis(),
                addresses));
    }

    private PeerAuthenticator peers(DeviceTable devices, Enrolments enrolments) {
        CertificateConfig certificates = config.certificates();
        Consumer<DeviceId> newcomer = certificates.register() ? enrolments::enrolCertified : device -> {};
        return new PeerAuthenticator(devices, new CertificateNames(certificates.names()), newcomer, clock);
    }

    private TopicReader read(TopicReader reader) {
        reader.start();
        toClose.push(reader::close);
        return reader;
    }

    private void listen(MqttServices services, WaysIn waysIn, Health.Check ready) {
        int loops = config.eventLoops();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        toClose.push(() -> close(vertx));
        long sweep = SessionStates.sweepInterval().toMillis();
        vertx.setPeriodic(sweep, id -> sweep(vertx, services.states()));
        Drain emptying = new Drain(
                services.sessions(),
                () -> {
                    ready.down("draining");
                    services.lease().admitNobody();
                },
                config.drain().perSecond(),
                config.drain().timeout());
        drain = emptying;
        toClose.push(() -> endAll(services, emptying));
        long bytes = config.flow().bytesInFlight();
        List<Listening> mqtt = waysIn.mqtt(services.devices());
        deploy(vertx, loops, () -> new MqttListener(services, bytes / loops, mqtt), "MQTT");
        HttpServices httpServices = httpServices(services);
        deploy(vertx, loops, () -> new HttpListener(httpServices, bytes / HTTP_SHARE / loops, waysIn.http()), "HTTP");
    }

    private HttpServices httpServices(MqttServices services) {
        return new HttpServices(
                config.http(),
                config.limits(),
                topics,
                services.writer(),
                services.devices(),
                services.authenticator(),
                services.enrolments(),
                services.peers(),
                services.lease(),
                services.sessions(),
                polls(services),
                services.commandLog(),
                services.diagnostics(),
                metrics,
                clock);
    }

    private PollSessions polls(MqttServices services) {
        return new PollSessions(new PollServices(
                config.http().pollGrace(),
                config.http().maxPolling(),
                services.sessions(),
                services.sessionLog(),
                services.devices(),
                services.commandLog(),
                metrics,
                clock));
    }

    /** One listener for each event loop. */
    private static void deploy(Vertx vertx, int loops, Supplier<Deployable> listener, String name) {
        try {
            await(
                    vertx.deployVerticle(listener, new DeploymentOptions().setInstances(loops))
                            .toCompletionStage(),
                    "the " + name + " listener does not start");
        } catch (CompletionException e) {
            if (e.getCause() instanceof StartException told) {
                throw told;
            }
            throw e;
        }
    }

    /** The door first, then the sessions at their pace, and what has come through the door meanwhile. */
    private static void endAll(MqttServices services, Drain drain) {
        drain.close();
        services.lease().release();
        services.operators().endAll();
        services.sessions().all().forEach(session -> session.end(CloseReason.GATEWAY_STOPPING));
        services.sessions().wills().publishAll();
        // While the event loops still run: what they handed to Kafka belongs to the states.
        await(services.states().allHandedOn(), STOP_SECONDS, "Kafka has not taken the states of all sessions");
    }

    private static void sweep(Vertx vertx, SessionStates states) {
        var unused = vertx.executeBlocking(() -> {
            states.sweep();
            return null;
        });
    }

    /** The listeners stop behind the ends of the sessions, which stand in the event loops' queues before them. */
    private static void close(Vertx vertx) {
        try {
            var unused = vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("event loops did not stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After the last socket was closed. Without Kafka nobody hears it, and the lease runs out. */
    private static void sayGone(SessionLog sessionLog) {
        await(sessionLog.gatewayStopped(), STOP_SECONDS, "Kafka has not taken the gateway's stop");
    }

    private static void await(CompletionStage<?> stage, long seconds, String otherwise) {
        try {
            var unused = stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log(otherwise);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits on the caller's thread, which is none of the event loops. */
    private static void await(CompletionStage<?> stage, String otherwise) {
        try {
            var unused = stage.toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StartException(otherwise, e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    @Override
    public void close() {
        while (!toClose.isEmpty()) {
            toClose.pop().run();
        }
    }
}
