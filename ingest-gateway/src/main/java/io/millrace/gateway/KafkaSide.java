package io.millrace.gateway;

import io.millrace.gateway.command.CommandDelivery;
import io.millrace.gateway.command.CommandLog;
import io.millrace.gateway.diagnosis.DiagnosticLog;
import io.millrace.gateway.diagnosis.Diagnostics;
import io.millrace.gateway.enrolment.Enrolments;
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
import io.millrace.gateway.mqtt.MqttServices;
import io.millrace.gateway.mqtt.Operators;
import io.millrace.gateway.session.DeviceSession;
import io.millrace.gateway.session.DuplicateIdentities;
import io.millrace.gateway.session.Lease;
import io.millrace.gateway.session.SessionLog;
import io.millrace.gateway.session.SessionNews;
import io.millrace.gateway.session.Sessions;
import io.millrace.gateway.session.SlotsHeard;
import io.millrace.gateway.session.WaitingWills;
import io.millrace.gateway.state.KeptStates;
import io.millrace.gateway.state.SessionStates;
import io.millrace.runtime.kafka.KafkaSettings;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.runtime.kafka.TopicReader;
import io.millrace.runtime.ops.Health;
import io.millrace.runtime.process.StartException;
import io.millrace.schemas.DeviceDiagnostic;
import io.millrace.schemas.DeviceId;
import io.millrace.schemas.SessionEvent.CloseReason;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds all that stands on Kafka, and all that must stand before the first device is let in: topics, writers, tables, the
 * slot's lease. What it begins leaves on the gateway's stack how it ends. Used once, by the thread that starts the gateway.
 */
final class KafkaSide {
    private static final Logger log = LoggerFactory.getLogger(KafkaSide.class);

    private final GatewayConfig config;
    private final Topics topics;
    private final GatewayMetrics metrics;
    private final Health health;
    private final Clock clock;
    private final Deque<Runnable> toClose;

    /** @param toClose how what has begun ends, worked off from its last to its first */
    KafkaSide(
            GatewayConfig config,
            Topics topics,
            GatewayMetrics metrics,
            Health health,
            Clock clock,
            Deque<Runnable> toClose) {
        this.config = config;
        this.topics = topics;
        this.metrics = metrics;
        this.health = health;
        this.clock = clock;
        this.toClose = toClose;
    }

    /**
     * In the order in which one needs the other.
     *
     * @throws StartException if Kafka does not do its part in time
     */
    MqttServices start() {
        KafkaSettings kafka = config.kafka();
        prepareTopics(kafka);
        RecordWriter writer = new RecordWriter(
                kafka,
                "gateway-" + config.slot(),
                config.flow().linger(),
                config.flow().bytesInFlight() + config.flow().bytesInFlight() / Gateway.HTTP_SHARE);
        toClose.push(writer::close);
        SteadyWriter steady = new SteadyWriter(writer);
        toClose.push(steady::close);
        writer.awaitTopics(List.of(
                topics.deviceSessions(),
                topics.deviceSessionState(),
                topics.deviceEnrolments(),
                topics.enrolmentRefusals(),
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
                config.identity().issuersFile(), metrics, () -> sessions.all().forEach(DeviceSession::registryChanged));
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
        KeptStates kept = new KeptStates((id, epoch, slot) -> sessions.find(id)
                .filter(s -> s.epoch() > epoch || s.epoch() == epoch && slot != config.slot())
                .ifPresent(s -> s.stateOverwritten(epoch)));
        metrics.gauge("gateway.sessions.kept", "Devices whose sessions outlive connections", kept, KeptStates::size);
        TopicReader keptStates = read(TopicReader.freshTable(
                "gateway-session-states", kafka, topics.deviceSessionState(), kept::accept, health));
        SlotsHeard slots = new SlotsHeard(config.slot(), SessionStates.sweepInterval(), System::nanoTime);
        SessionStates states = new SessionStates(
                kept,
                keptStates::refreshed,
                steady,
                topics,
                config.slot(),
                slots::isToLookAfter,
                clock,
                metrics.eventsFailed);
        // First our own start, so that the news can tell another gateway's from it.
        Patience.toStart(sessionLog.gatewayStarted(), "Kafka does not take the gateway's start");
        Consumer<ConsumerRecord<byte[], byte[]>> heard = record -> {
            slots.accept(record);
            news.accept(record);
        };
        TopicReader others = read(TopicReader.news("gateway-sessions", kafka, topics.deviceSessions(), heard, health));
        TopicReader dispatch = read(TopicReader.newsOf(
                "gateway-dispatch",
                kafka,
                new TopicPartition(topics.commandDispatch(), config.slot()),
                delivery::accept,
                health));
        TopicReader refusals = read(
                TopicReader.news("gateway-enrolments", kafka, topics.enrolmentRefusals(), enrolments::refused, health));
        for (TopicReader reader : List.of(registry, accessKeys, keptStates, others, dispatch, refusals)) {
            Patience.toStart(reader.caughtUp(), "Kafka does not let the gateway read its tables");
        }
        diagnostics.start();
        toClose.push(diagnostics::close);
        issuers.start();
        Patience.toStart(states.closeWhatWasLeftOpen(), "Kafka does not take the ends of sessions");
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

    private void prepareTopics(KafkaSettings kafka) {
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

    /** After the last socket was closed. Without Kafka nobody hears it, and the lease runs out. */
    private static void sayGone(SessionLog sessionLog) {
        Patience.toStop(sessionLog.gatewayStopped(), "Kafka has not taken the gateway's stop");
    }
}
