package io.millrace.commands;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.commands.access.AccessRetention;
import io.millrace.commands.access.ApiKeys;
import io.millrace.commands.access.AuditLog;
import io.millrace.commands.access.Bearers;
import io.millrace.commands.access.ClientAddress;
import io.millrace.commands.access.LoginLimit;
import io.millrace.commands.access.Logins;
import io.millrace.commands.access.Oidc;
import io.millrace.commands.access.Passwords;
import io.millrace.commands.access.Tokens;
import io.millrace.commands.access.Users;
import io.millrace.commands.api.AlertRoutes;
import io.millrace.commands.api.Api;
import io.millrace.commands.api.ApiKeyRoutes;
import io.millrace.commands.api.AuditRoutes;
import io.millrace.commands.api.BatchRoutes;
import io.millrace.commands.api.CommandListRoutes;
import io.millrace.commands.api.CommandRoutes;
import io.millrace.commands.api.DeviceImportRoutes;
import io.millrace.commands.api.DeviceListRoutes;
import io.millrace.commands.api.DeviceRoutes;
import io.millrace.commands.api.DeviceRuleRoutes;
import io.millrace.commands.api.DiagnosticsRoutes;
import io.millrace.commands.api.FleetHistoryRoutes;
import io.millrace.commands.api.HistoryRoutes;
import io.millrace.commands.api.LiveRoutes;
import io.millrace.commands.api.LoginRoutes;
import io.millrace.commands.api.OverviewRoutes;
import io.millrace.commands.api.PasswordGate;
import io.millrace.commands.api.PskRoutes;
import io.millrace.commands.api.RepublishRoutes;
import io.millrace.commands.api.RuleCheckRoutes;
import io.millrace.commands.api.RuleControlRoutes;
import io.millrace.commands.api.RuleFileRoutes;
import io.millrace.commands.api.RuleRoutes;
import io.millrace.commands.api.RuleTrialRoutes;
import io.millrace.commands.api.SessionRoutes;
import io.millrace.commands.api.UserRoutes;
import io.millrace.commands.api.WebhookRoutes;
import io.millrace.commands.console.Console;
import io.millrace.commands.dispatch.Admission;
import io.millrace.commands.dispatch.BatchPacer;
import io.millrace.commands.dispatch.CommandChanges;
import io.millrace.commands.dispatch.Dispatcher;
import io.millrace.commands.dispatch.GroupProgress;
import io.millrace.commands.dispatch.LeaseWatch;
import io.millrace.commands.dispatch.Publisher;
import io.millrace.commands.dispatch.RegistryPublisher;
import io.millrace.commands.dispatch.ReportWatch;
import io.millrace.commands.dispatch.Retention;
import io.millrace.commands.dispatch.Sweeper;
import io.millrace.commands.live.Live;
import io.millrace.commands.live.LiveFeed;
import io.millrace.commands.overview.KafkaFigures;
import io.millrace.commands.overview.Overview;
import io.millrace.commands.registry.DeviceImport;
import io.millrace.commands.registry.DeviceRegistry;
import io.millrace.commands.registry.Republication;
import io.millrace.commands.rules.RuleChecker;
import io.millrace.commands.rules.RuleEngines;
import io.millrace.commands.store.Database;
import io.millrace.commands.webhook.WebhookDelivery;
import io.millrace.commands.webhook.WebhookRounds;
import io.millrace.commands.webhook.WebhookSecrets;
import io.millrace.runtime.kafka.KafkaTopics;
import io.millrace.schemas.Topics;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the service is made of, wired by hand in the order of need. Starts and opens nothing: that is {@link CommandService}'s.
 */
final class Wiring {
    final Vertx vertx;
    final Clock clock;
    final Topics topics;
    final CommandServiceMetrics metrics;
    final Stores stores;
    final Publisher publisher;
    final Dispatcher dispatcher;
    final CommandChanges changes;
    final RegistryPublisher registryPublisher;
    final LiveFeed liveFeed;
    final Retention retention;
    final DeviceRegistry registry;
    final DeviceImport deviceImport;
    private final Republication republication;
    final WebhookSecrets webhookSecrets;
    final WebhookDelivery webhookDelivery;
    final Tokens tokens;
    final Users users;
    final ApiKeys apiKeys;
    final Logins logins;
    final LoginLimit loginLimit;
    final AuditLog audit;
    final AccessRetention accessRetention;
    final KafkaFigures kafkaFigures;
    private final CommandServiceConfig config;

    Wiring(Vertx vertx, CommandServiceConfig config, MeterRegistry meters, Clock clock) {
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        topics = new Topics(config.kafka().topicPrefix());
        metrics = new CommandServiceMetrics(meters);
        stores = new Stores(new Database(vertx, config.database()), config);
        publisher = new Publisher(config.kafka());
        dispatcher = new Dispatcher(stores.acceptance, stores.claims, publisher, topics, metrics, clock);
        changes = new CommandChanges(
                stores.database, stores.commands, stores.timeline, stores.sessions, dispatcher, metrics, clock);
        liveFeed = new LiveFeed(config.kafka(), topics);
        registryPublisher = new RegistryPublisher(stores.database, stores.outbox, publisher, topics, metrics);
        retention = new Retention(
                stores.historyLayout,
                stores.sweeps,
                stores.alerts,
                config.history(),
                config.commands().retention(),
                clock);
        registry = new DeviceRegistry(stores.devices, stores.sweeps, changes, registryPublisher, clock);
        deviceImport =
                new DeviceImport(vertx, stores.database, stores.deviceImport, registry, registryPublisher, clock);
        republication = new Republication(
                stores.database,
                stores.deviceImport,
                stores.apiKeys,
                stores.outbox,
                registryPublisher,
                config.kafka(),
                topics,
                clock);
        webhookSecrets = new WebhookSecrets(config.webhooks().secretKey(), stores.serviceKeys, clock);
        webhookDelivery = new WebhookDelivery(
                vertx, stores.webhooks, stores.webhookMessages, webhookSecrets, config.webhooks(), metrics, clock);
        tokens = new Tokens(vertx, stores.serviceKeys, config.access().tokenLifetime(), clock);
        users = new Users(stores.users, new Passwords(vertx), clock);
        apiKeys = new ApiKeys(stores.apiKeys, registryPublisher, clock);
        logins = new Logins(
                stores.logins,
                tokens,
                config.access().loginIdle(),
                config.access().loginLifetime(),
                clock);
        loginLimit = new LoginLimit(stores.attempts, stores.logins, clock);
        audit = new AuditLog(vertx, stores.audit, clock, Duration.ofMinutes(1));
        accessRetention =
                new AccessRetention(logins, loginLimit, audit, config.access().auditRetention(), clock);
        kafkaFigures = new KafkaFigures(
                vertx,
                config.kafka(),
                topics.telemetry(),
                Stream.concat(Intakes.GROUPS.stream(), Stream.of(config.rulesGroup()))
                        .toList(),
                clock);
    }

    /** Asks Kafka. */
    Sweeper sweeper() {
        String sessions = topics.deviceSessions();
        String reports = topics.commandEvents();
        Map<String, Integer> partitions = KafkaTopics.partitions(config.kafka(), List.of(sessions, reports));
        return new Sweeper(
                stores.sweeps,
                stores.sessions,
                stores.gateways,
                new LeaseWatch(progress(Intakes.SESSIONS_GROUP, sessions, partitions)),
                new ReportWatch(progress(Intakes.REPORTS_GROUP, reports, partitions)),
                changes,
                dispatcher,
                registryPublisher,
                config.commands().dispatchTimeout(),
                clock);
    }

    private GroupProgress progress(String group, String topic, Map<String, Integer> partitions) {
        return new GroupProgress(config.kafka(), topic, group, Objects.requireNonNull(partitions.get(topic)));
    }

    BatchPacer batchPacer() {
        return new BatchPacer(stores.database, stores.batches, stores.acceptance, dispatcher, changes, clock);
    }

    WebhookRounds webhookRounds() {
        return new WebhookRounds(
                vertx, webhookDelivery, stores.webhooks, stores.webhookMessages, config.webhooks(), clock);
    }

    /** @param notReady why nothing can be answered yet; empty once it can */
    Api api(Supplier<Optional<String>> notReady) {
        RuleEngines engines = new RuleEngines(vertx, config.ruleEngines(), config.ruleEnginesToken());
        RuleChecker checker = new RuleChecker(vertx, config.ruleEngines(), config.ruleEnginesToken());
        PasswordGate gate = new PasswordGate(users, loginLimit);
        Bearers bearers =
                new Bearers(apiKeys, logins, config.access().oidc().map(oidc -> Oidc.of(vertx, oidc, clock)), clock);
        LoginRoutes loginRoutes = new LoginRoutes(gate, logins, stores.users, audit);
        return new Api(
                List.of(
                        loginRoutes.operations(),
                        new SessionRoutes(
                                        loginRoutes,
                                        config.access().loginIdle(),
                                        config.http().server().certificate().isPresent())
                                .operations(),
                        new DeviceListRoutes(stores.deviceSearch).operations(),
                        new DeviceImportRoutes(
                                        vertx,
                                        config.http().server().idleTimeout(),
                                        deviceImport,
                                        config.pskMaster(),
                                        clock)
                                .operations(),
                        new RepublishRoutes(vertx, republication).operations(),
                        new DeviceRoutes(stores.devices, registry).operations(),
                        new DiagnosticsRoutes(stores.devices, stores.diagnostics, clock).operations(),
                        new PskRoutes(registry, config.pskMaster()).operations(),
                        new CommandRoutes(
                                        stores.devices,
                                        new Admission(stores.acceptance, dispatcher, clock),
                                        stores.commandSearch,
                                        stores.timeline,
                                        changes,
                                        config.commands(),
                                        clock)
                                .operations(),
                        new CommandListRoutes(stores.commandList, clock).operations(),
                        new BatchRoutes(stores.batches, stores.commandSearch, config.commands(), clock).operations(),
                        new HistoryRoutes(stores.devices, stores.states, stores.history, stores.buckets, clock)
                                .operations(),
                        new FleetHistoryRoutes(stores.deviceSearch, stores.states, stores.history, clock).operations(),
                        new AlertRoutes(stores.alerts, stores.devices, clock).operations(),
                        new LiveRoutes(
                                        new Live(
                                                vertx,
                                                liveFeed,
                                                config.http().server().liveClients()),
                                        bearers)
                                .operations(),
                        new WebhookRoutes(
                                        stores.webhooks, stores.webhookMessages, webhookDelivery, webhookSecrets, clock)
                                .operations(),
                        new OverviewRoutes(new Overview(stores.overview, kafkaFigures, engines, clock)).operations(),
                        new RuleRoutes(engines).operations(),
                        new RuleFileRoutes(engines).operations(),
                        new RuleTrialRoutes(vertx, engines, stores.devices, stores.history, clock).operations(),
                        new RuleControlRoutes(engines, publisher, topics, clock).operations(),
                        new RuleCheckRoutes(checker).operations(),
                        new DeviceRuleRoutes(engines).operations(),
                        new UserRoutes(users, stores.users, logins, gate).operations(),
                        new ApiKeyRoutes(apiKeys, stores.apiKeys, clock).operations(),
                        new AuditRoutes(stores.audit).operations()),
                bearers,
                new ClientAddress(config.access().trustedProxies()),
                audit,
                notReady,
                config.http().maxBody(),
                config.http().server().answerTimeout(),
                new Console(),
                metrics);
    }
}
