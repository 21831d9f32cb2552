package io.millrace.commands;

import io.millrace.commands.store.AcceptStore;
import io.millrace.commands.store.AlertStore;
import io.millrace.commands.store.ApiKeyStore;
import io.millrace.commands.store.AttemptStore;
import io.millrace.commands.store.AuditStore;
import io.millrace.commands.store.BatchStore;
import io.millrace.commands.store.ClaimStore;
import io.millrace.commands.store.CommandSearchStore;
import io.millrace.commands.store.CommandStore;
import io.millrace.commands.store.Database;
import io.millrace.commands.store.DeviceImportStore;
import io.millrace.commands.store.DeviceSearchStore;
import io.millrace.commands.store.DeviceStore;
import io.millrace.commands.store.DiagnosticsStore;
import io.millrace.commands.store.GatewayStore;
import io.millrace.commands.store.HistoryLayoutStore;
import io.millrace.commands.store.HistoryStore;
import io.millrace.commands.store.LoginStore;
import io.millrace.commands.store.OutboxStore;
import io.millrace.commands.store.ServiceKeyStore;
import io.millrace.commands.store.SessionStore;
import io.millrace.commands.store.StateStore;
import io.millrace.commands.store.SweepStore;
import io.millrace.commands.store.TimelineStore;
import io.millrace.commands.store.UserStore;
import io.millrace.commands.store.WebhookMessageStore;
import io.millrace.commands.store.WebhookStore;

/** The tables, each with its one writing class. Opens nothing: the database may be away. */
final class Stores {
    final Database database;
    final OutboxStore outbox = new OutboxStore();
    final DeviceStore devices;
    final DeviceSearchStore deviceSearch;
    final DeviceImportStore deviceImport;
    final DiagnosticsStore diagnostics;
    final SessionStore sessions;
    final GatewayStore gateways;
    final AcceptStore acceptance;
    final ClaimStore claims;
    final CommandStore commands;
    final CommandSearchStore commandSearch;
    final BatchStore batches;
    final TimelineStore timeline;
    final SweepStore sweeps;
    final StateStore states;
    final HistoryStore history;
    final HistoryLayoutStore historyLayout;
    final AlertStore alerts;
    final WebhookStore webhooks;
    final WebhookMessageStore webhookMessages;
    final LoginStore logins;
    final AttemptStore attempts;
    final UserStore users;
    final ApiKeyStore apiKeys;
    final ServiceKeyStore serviceKeys;
    final AuditStore audit;

    Stores(Database database, CommandServiceConfig config) {
        this.database = database;
        devices = new DeviceStore(database, outbox);
        deviceSearch = new DeviceSearchStore(database);
        deviceImport = new DeviceImportStore(database, outbox);
        diagnostics = new DiagnosticsStore(database);
        sessions = new SessionStore(database);
        gateways = new GatewayStore(database);
        acceptance = new AcceptStore(database);
        claims = new ClaimStore(database);
        commands = new CommandStore();
        commandSearch = new CommandSearchStore(database);
        batches = new BatchStore(database);
        timeline = new TimelineStore(database);
        sweeps = new SweepStore(database);
        states = new StateStore(database);
        history = new HistoryStore(database);
        historyLayout = new HistoryLayoutStore(database, config.history().timescale());
        alerts = new AlertStore(database);
        webhooks = new WebhookStore(database);
        webhookMessages = new WebhookMessageStore(database);
        logins = new LoginStore(database);
        attempts = new AttemptStore(database);
        users = new UserStore(database, logins);
        apiKeys = new ApiKeyStore(database, outbox);
        serviceKeys = new ServiceKeyStore(database);
        audit = new AuditStore(database);
    }
}
