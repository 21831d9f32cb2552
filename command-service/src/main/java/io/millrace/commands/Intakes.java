package io.millrace.commands;

import io.millrace.commands.CommandServiceConfig.Recorder;
import io.millrace.commands.intake.AlertIntake;
import io.millrace.commands.intake.CommandIntake;
import io.millrace.commands.intake.DiagnosticsIntake;
import io.millrace.commands.intake.EnrolmentIntake;
import io.millrace.commands.intake.HistoryIntake;
import io.millrace.commands.intake.ReportIntake;
import io.millrace.commands.intake.SessionIntake;
import io.millrace.runtime.kafka.GroupConsumer;
import io.millrace.runtime.kafka.RecordHandler;
import io.millrace.runtime.ops.Health;
import io.millrace.schemas.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The readers of Kafka, each in a consumer group that all instances share. Not started before {@link #start}. */
final class Intakes implements AutoCloseable {
    static final String SESSIONS_GROUP = "command-service-sessions";
    static final String REPORTS_GROUP = "command-service-reports";
    private static final String STATE_GROUP = "command-service-state";
    private static final String COMMANDS_GROUP = "command-service-commands";
    private static final String ALERTS_GROUP = "command-service-alerts";
    private static final String ENROLMENTS_GROUP = "command-service-enrolments";
    private static final String CONNECTS_GROUP = "command-service-connects";
    private static final String DIAGNOSTICS_GROUP = "command-service-diagnostics";
    /** All of them, whichever run here. */
    static final List<String> GROUPS = List.of(
            CommandServiceConfig.HISTORY_GROUP,
            STATE_GROUP,
            SESSIONS_GROUP,
            REPORTS_GROUP,
            COMMANDS_GROUP,
            ALERTS_GROUP,
            ENROLMENTS_GROUP,
            CONNECTS_GROUP,
            DIAGNOSTICS_GROUP);

    /** Each takes a transaction of its own, and none may wait for many others. */
    private static final int ENROLMENT_BATCH = 50;

    private static final int SMALL_BATCH = 500;
    private static final int LARGE_BATCH = 2_000;
    /** A device has one last value in it, however often it spoke: the larger, the fewer of those to write. */
    private static final int HISTORY_BATCH = 10_000;

    private final CommandServiceConfig config;
    private final Health health;
    private final Wiring wiring;
    private final List<GroupConsumer> consumers = new ArrayList<>();

    Intakes(CommandServiceConfig config, Health health, Wiring wiring) {
        this.config = config;
        this.health = health;
        this.wiring = wiring;
    }

    /** What the recorder of the history leaves to others goes first. */
    void start() {
        Recorder recorder = config.history().recorder();
        if (recorder != Recorder.ONLY) {
            startCommands();
        }
        if (recorder != Recorder.ELSEWHERE) {
            startHistory();
        }
    }

    private void startHistory() {
        Stores stores = wiring.stores;
        HistoryIntake history = new HistoryIntake(
                stores.database,
                stores.devices,
                stores.history,
                stores.states,
                config.history(),
                wiring.metrics,
                wiring.clock);
        consume(
                CommandServiceConfig.HISTORY_GROUP,
                wiring.topics.telemetry(),
                config.gatheringConsumer(CommandServiceConfig.HISTORY_GROUP, HISTORY_BATCH),
                history.telemetry());
        consume(STATE_GROUP, wiring.topics.deviceState(), LARGE_BATCH, history.reportedState());
    }

    /** Sessions first: who is connected should be known before the commands come. */
    private void startCommands() {
        Stores stores = wiring.stores;
        Topics topics = wiring.topics;
        CommandServiceMetrics metrics = wiring.metrics;
        Clock clock = wiring.clock;
        consume(
                SESSIONS_GROUP,
                topics.deviceSessions(),
                LARGE_BATCH,
                new SessionIntake(
                                stores.database,
                                stores.sessions,
                                stores.gateways,
                                stores.devices,
                                stores.sweeps,
                                wiring.changes,
                                wiring.dispatcher,
                                metrics,
                                clock)
                        .records());
        consume(
                REPORTS_GROUP,
                topics.commandEvents(),
                SMALL_BATCH,
                new ReportIntake(stores.commandSearch, wiring.changes, metrics, clock).records());
        consume(
                COMMANDS_GROUP,
                topics.commands(),
                SMALL_BATCH,
                new CommandIntake(stores.acceptance, wiring.dispatcher, metrics, clock).records());
        consume(
                ALERTS_GROUP,
                topics.alerts(),
                SMALL_BATCH,
                new AlertIntake(stores.database, stores.alerts, stores.webhookMessages, metrics, clock).records());
        consume(
                ENROLMENTS_GROUP,
                topics.deviceEnrolments(),
                ENROLMENT_BATCH,
                new EnrolmentIntake(wiring.registry, wiring.publisher, topics, metrics, clock).records());
        DiagnosticsIntake diagnostics = new DiagnosticsIntake(stores.database, stores.diagnostics, metrics, clock);
        consume(CONNECTS_GROUP, topics.deviceSessions(), SMALL_BATCH, diagnostics.sessions());
        consume(DIAGNOSTICS_GROUP, topics.deviceDiagnostics(), SMALL_BATCH, diagnostics.trouble());
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

    /** All at once; waits for the batches in hand. */
    @Override
    public void close() {
        CompletableFuture.allOf(consumers.stream()
                        .map(consumer -> CompletableFuture.runAsync(consumer::close))
                        .toArray(CompletableFuture[]::new))
                .join();
    }
}
